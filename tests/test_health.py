"""Health and metrics over HTTP, beside the channel: which part fails, what is counted, and that nothing is stored."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import sqlalchemy
from rasa.core.agent import Agent

from guide import VERSION, health
from guide.metrics import HOWS
from guide.statistics import read
from guide.store import conversations
from tests.conftest import ActionServer
from tests.web import Browser, serving


@pytest.fixture(scope="module")
def address(agent: Agent) -> Iterator[str]:
    with serving(agent) as running:
        yield running


@pytest.fixture
def root(address: str, action_server: ActionServer) -> Iterator[str]:
    action_server.become("up")
    yield address.partition("/webhooks")[0]
    action_server.become("up")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 60)  # so that no test depends on how fast this machine is


@pytest.fixture
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CACHED", 0)


def ready(root: str) -> tuple[int, dict[str, Any]]:
    response = requests.get(f"{root}/health/ready", timeout=30)
    return response.status_code, response.json()


def metric(root: str, name: str) -> float:
    body = requests.get(f"{root}/metrics", timeout=30).text
    found = re.search(rf"^{re.escape(name)} (\S+)$", body, re.MULTILINE)
    assert found, name
    return float(found[1])


def test_it_lives(root: str) -> None:
    response = requests.get(f"{root}/health/live", timeout=30)
    assert (response.status_code, response.json()) == (200, {"status": "live", "version": VERSION})
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("_unhurried")
def test_it_is_ready_and_says_with_which_model(root: str, agent: Agent) -> None:
    status, state = ready(root)
    assert (status, state["status"], state["failing"], state["version"]) == (200, "ready", [], VERSION)
    assert state["model"]["id"] == agent.model_id
    assert datetime.fromisoformat(state["model"]["trained"]).replace(tzinfo=UTC) < datetime.now(UTC)


@pytest.mark.usefixtures("_unhurried")
@pytest.mark.parametrize("state", ["down", "slow", "error", "rubbish", "silence"])
def test_an_action_server_that_fails_is_named(state: str, root: str, action_server: ActionServer) -> None:
    action_server.become(state)
    status, seen = ready(root)
    assert (status, seen["status"], seen["failing"]) == (503, "failing", ["actions"])
    assert requests.get(f"{root}/health/live", timeout=30).status_code == 200
    action_server.become("up")
    assert ready(root)[0] == 200


@pytest.mark.usefixtures("_unhurried")
def test_a_model_that_fails_or_hangs_or_is_none_is_named(
    root: str, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(agent, "processor", None)
        status, seen = ready(root)
        assert (status, seen["failing"], seen["model"]) == (503, ["model"], None)
    with monkeypatch.context() as broken:
        broken.setattr(health, "MESSAGE", "hello")  # answered, but not as it has to be
        assert ready(root)[1]["failing"] == ["model"]
    with monkeypatch.context() as slow:
        slow.setattr(health, "PATIENCE", 0)
        assert ready(root)[1]["failing"] == ["model", "store"]
    assert ready(root)[0] == 200


@pytest.mark.usefixtures("_unhurried")
def test_a_store_that_fails_is_named(root: str, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    store = conversations(agent)
    with monkeypatch.context() as broken:
        broken.setattr(store.database, "engine", sqlalchemy.create_engine("sqlite:////nowhere/at/all.db"))
        status, seen = ready(root)
        assert (status, seen["failing"]) == (503, ["store"])
    store._failed_at = float("-inf")  # it would be left alone for a while
    assert ready(root)[0] == 200


@pytest.mark.usefixtures("_unhurried")
def test_its_own_questions_are_not_stored_and_not_counted(root: str, agent: Agent) -> None:
    before = [metric(root, f'guide_messages_total{{how="{how}"}}') for how in HOWS]
    assert ready(root)[0] == 200
    assert health.SENDER not in conversations(agent).database.conversations()
    assert [metric(root, f'guide_messages_total{{how="{how}"}}') for how in HOWS] == before


def test_many_who_ask_at_once_share_one_look(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    async def look(agent: Agent) -> list[str]:
        looks.append(agent)
        return await _look(agent)

    _look = health.look
    monkeypatch.setattr(health, "look", look)
    with ThreadPoolExecutor(20) as people:
        states = list(people.map(lambda _: ready(root)[0], range(100)))
    assert set(states) == {200}
    assert len(looks) <= 1 + 1  # one before may have been done, another when its five seconds were over


# Metrics


def test_what_happens_is_counted(root: str, address: str, action_server: ActionServer) -> None:
    counted = (
        "guide_conversations_total",
        "guide_conversations_ended_total",
        'guide_messages_total{how="text"}',
        'guide_messages_total{how="button"}',
        'guide_messages_total{how="regions"}',
        "guide_answer_seconds_count",
        'guide_intents_total{intent="ask_cure"}',
        'guide_unanswered_total{kind="out_of_scope"}',
        'guide_safety_replies_total{level="crisis"}',
        'guide_safety_replies_total{level="emergency"}',
        'guide_refusals_total{kind="token"}',
        'guide_failures_total{kind="actions"}',
        'guide_failures_total{kind="answer"}',
    )
    before = [metric(root, name) for name in counted]
    browser = Browser(address, country="GB")
    browser.press("Is there a cure?")
    browser.say("is there a cure? and what does riluzole do?")
    browser.say("who won the football last night?")
    browser.say("I don't want to live any more")
    browser.say("she can't breathe")
    browser.send({"regions": {"bulbar": "affected"}})
    action_server.become("down")
    browser.say(health.MESSAGE)
    browser.ask("POST", "end", {})
    browser.ask("GET", "history")
    grown = [metric(root, name) - then for name, then in zip(counted, before, strict=True)]
    assert grown == [1, 1, 5, 1, 1, 7, 2, 1, 1, 1, 1, 1, 0]


def test_a_message_sent_again_is_counted_once(root: str, address: str) -> None:
    browser = Browser(address, country="GB")
    before = metric(root, "guide_answer_seconds_count")
    first = browser.send({"text": "is there a cure?", "id": "once-upon-a-time"})
    assert browser.send({"text": "is there a cure?", "id": "once-upon-a-time", "again": True}) == first
    assert metric(root, "guide_answer_seconds_count") == before + 1


def test_every_value_of_every_label_is_known_beforehand(root: str, address: str) -> None:
    def series() -> set[str]:
        lines = requests.get(f"{root}/metrics", timeout=30).text.splitlines()
        return {line.rpartition(" ")[0] for line in lines if not line.startswith("#")}

    before = series()
    browser = Browser(address)
    for text in ("xylophone marmalade", "/xylophone", "bonjour, ma mère a la SLA", "what stage is she?"):
        browser.say(text)
    browser.ask("POST", "message", {"button": "xylophone"})
    browser.ask("GET", "xylophone")
    assert series() == before
    assert not [line for line in before if "xylophone" in line]


# Statistics


def daily(agent: Agent) -> dict[Any, int]:
    return read(conversations(agent).database.engine)


def test_daily_counts_are_kept_only_if_wanted(agent: Agent, action_server: ActionServer) -> None:
    action_server.become("up")
    before = daily(agent)
    with serving(agent) as address:
        Browser(address).say("is there a cure?")
    assert daily(agent) == before
    with serving(agent, statistics=True) as address:
        browser = Browser(address)
        for text in ("is there a cure?", "that helped a lot, thank you", "who won the football last night?"):
            browser.say(text)
        browser.ask("POST", "end", {})
    grown = {(kind, name): n - before.get((day, kind, name), 0) for (day, kind, name), n in daily(agent).items()}
    assert grown == {
        ("intent", "ask_cure"): 1,
        ("intent", "thank"): 1,
        ("vote", "helpful"): 1,
        ("intent", "out_of_scope"): 1,
        ("unanswered", "out_of_scope"): 1,
    }
