"""Nothing that people type reaches a log, telemetry is off, and a bad start says what to do."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
import sqlalchemy
import structlog
from rasa.core.agent import Agent

from guide.logs import JsonLines
from guide.store import conversations
from tests.conftest import ROOT, ActionServer
from tests.talk import Talk
from tests.web import Browser, serving

SECRET = "xylophone marmalade"


@pytest.mark.parametrize("state", ["up", "error", "rubbish", "down"])
def test_words_reach_no_log_even_when_the_action_server_fails(
    state: str, agent: Agent, action_server: ActionServer, run: Callable[..., Any], capfd: Any, caplog: Any
) -> None:
    talk = Talk(agent)
    action_server.become(state)
    run(talk.say(f"{SECRET} diagnosed, both arms weak, speech and legs fine, no tube, no mask, what stage?"))
    run(talk.say(f"/{SECRET} {{'bad': 1}}"))
    run(talk.say("/suggest_stage"))
    printed = "".join(capfd.readouterr())
    assert "xylophone" not in printed + caplog.text
    action_server.become("up")


def test_words_and_ids_reach_no_log_no_metric_and_no_health_whatever_fails(
    agent: Agent, action_server: ActionServer, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    action_server.become("up")
    store = conversations(agent)
    caplog.handler.setFormatter(JsonLines())  # as `rasa run` gets it
    with serving(agent) as address, caplog.at_level(logging.INFO):
        browser = Browser(address, country="GB")
        browser.say(f"{SECRET} what stage is my mum at?")
        browser.say(f"yes, diagnosed {SECRET}")
        action_server.become("error")
        browser.say(f"{SECRET} both arms weak, speech and legs fine, no tube, no mask, what stage?")
        with monkeypatch.context() as broken:
            broken.setattr(store.database, "engine", sqlalchemy.create_engine("sqlite:////nowhere/at/all.db"))
            browser.say(f"{SECRET} and is there a cure?")
        with monkeypatch.context() as broken:
            broken.setattr(agent.nlg, "generate", _broken)
            browser.say(f"{SECRET} and is there a cure?")
        root = address.partition("/webhooks")[0]
        pages = [requests.get(f"{root}/{path}", timeout=30).text for path in ("health/ready", "metrics")]
    store._failed_at = float("-inf")  # the next test finds it well
    action_server.become("up")
    written = caplog.text + "".join(pages)
    for failure in ("The database fails", "The action server gave no result", "not answered", '"error": "ValueError"'):
        assert failure in written
    assert "xylophone" not in written
    conversation = str(jwt.decode(browser.token, options={"verify_signature": False})["sub"])
    assert conversation not in written
    assert browser.token not in written


async def _broken(*args: Any, **kwargs: Any) -> None:
    raise ValueError(SECRET)


def test_a_structured_log_line_loses_everything_but_what_rasa_wrote(caplog: Any) -> None:
    structlog.get_logger("rasa.core.channels.rest").error(
        "rest.message.received.failure", text=SECRET, user_text=SECRET
    )
    assert "rest.message.received.failure" in caplog.text
    assert "xylophone" not in caplog.text


def test_telemetry_is_off_for_a_bare_rasa() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RASA")}
    script = "import os, rasa.telemetry as t; print(os.environ['RASA_TELEMETRY_ENABLED'], t.is_telemetry_enabled())"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["false", "False"]


def _set_up(folder: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    (folder / "packages").mkdir()
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copy(ROOT / "requirements.txt", folder)
    environment = os.environ | changed
    return subprocess.run(
        ["/bin/sh", "scripts/set-up", "requirements.txt"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_machine_without_python_gets_one_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    done = _set_up(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "needs Python 3.11" in done.stderr


def test_a_machine_without_network_gets_one_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    done = _set_up(
        tmp_path,
        PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_EXTRA_INDEX_URL="", PIP_RETRIES="0", PIP_CONFIG_FILE=os.devnull,
    )  # fmt: skip
    assert done.returncode == 1
    assert "check that this machine reaches its Python package index" in done.stderr.strip().splitlines()[-1]
