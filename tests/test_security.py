"""What somebody who means harm gets: nothing of anybody else's. docs/security.md says which threat each test is for."""

import base64
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore

from guide.channel.tokens import AUDIENCE, LIFETIME
from guide.database import Database
from guide.store import Conversations
from tests.conftest import ROOT
from tests.test_service import Service
from tests.web import KEYS, Browser, serving

CANARY = "xylophone"
ENDS = ("message", "history", "note?format=text", "end")
RASAS_OWN = [
    ("GET", "/conversations/{id}/tracker"),
    ("POST", "/conversations/{id}/tracker/events"),
    ("GET", "/conversations/{id}/story"),
    ("POST", "/conversations/{id}/messages"),
    ("POST", "/conversations/{id}/execute"),
    ("POST", "/conversations/{id}/trigger_intent"),
    ("PUT", "/model"),
    ("DELETE", "/model"),
    ("POST", "/model/train"),
    ("POST", "/model/parse"),
    ("GET", "/status"),
    ("GET", "/domain"),
    ("POST", "/webhooks/rest/webhook"),
    ("POST", "/webhooks/callback/webhook"),
    ("GET", "/socket.io/"),
]
"""Addresses of Rasa's API and of its own channels, each of which would open every conversation or change the model."""


@pytest.fixture(scope="module")
def address(agent: Agent) -> Iterator[str]:
    with serving(agent) as running:
        yield running


def test_rasas_own_addresses_are_not_there() -> None:
    service = Service("credentials.yml")
    try:
        person = Browser(f"{service.address}/webhooks/guide", country="GB")
        person.say(f"{CANARY}, is there a cure?")
        name = jwt.decode(person.token, options={"verify_signature": False})["sub"]
        for method, path in RASAS_OWN:
            body = {"sender": name, "message": "hello", "text": "hello"}
            answer = requests.request(method, service.address + path.format(id=name), json=body, timeout=10)
            assert answer.status_code == 404, path
            assert CANARY not in answer.text
        assert len(person.history()) == 3
    finally:
        service.process.terminate()
        service.process.wait(30)


@pytest.mark.parametrize("field", ["sender", "sender_id", "conversation", "sub", "metadata", "input_channel"])
def test_nobody_chooses_a_conversation_or_its_metadata(address: str, field: str) -> None:
    victim, stranger = Browser(address), Browser(address)
    name = jwt.decode(victim.token, options={"verify_signature": False})["sub"]
    for path, body in (("session", {}), ("message", {"text": "hello"}), ("end", {})):
        assert stranger.ask("POST", path, {**body, field: name}).status_code == 400
    assert len(victim.history()) == 1


def test_a_token_counts_in_its_header_alone(address: str) -> None:
    person = Browser(address)
    person.say(f"{CANARY}, is there a cure?")
    for more in (
        {"cookies": {"token": person.token, "Authorization": f"Bearer {person.token}"}},
        {"auth": ("", person.token)},
    ):
        answer = requests.get(f"{address}/history", timeout=10, **more)  # type: ignore[arg-type]
        assert answer.status_code == 401
    for query in (f"token={person.token}", f"access_token={person.token}"):
        assert requests.get(f"{address}/history?{query}", timeout=10).status_code in (400, 401)


def test_many_conversations_at_once_never_mix(address: str) -> None:
    def talk(number: int) -> tuple[str, list[dict[str, Any]]]:
        person, word = Browser(address), f"{CANARY}{number}"
        for text in (f"{word}: what stage is my mum at?", "yes", "what is riluzole?"):
            person.say(text)
        return word, person.history()

    with ThreadPoolExecutor(8) as people:
        for word, history in people.map(talk, range(16)):
            said = [message["text"] for message in history if message["from"] == "person"]
            assert said == [f"{word}: what stage is my mum at?", "yes", "what is riluzole?"]
            assert set(re.findall(rf"{CANARY}\d+", str(history))) == {word}


def test_no_answer_stays_in_a_cache_or_sets_a_cookie(address: str) -> None:
    person = Browser(address)
    stranger = {"Authorization": "Bearer x"}
    answers = [person.ask("POST", "message", {"text": "hello"})]
    answers += [person.ask("GET", path) for path in ("history", "note?format=html", "note?format=text")]
    answers += [person.ask("GET", "history", headers=stranger), person.ask("POST", "end", {})]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not answer.cookies


def test_a_stolen_database_opens_no_conversation(agent: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has what was said in a day: that is text, and this shows it. It has no key, token or address."""
    monkeypatch.setenv("GUIDE_DATA", str(tmp_path))
    before = agent.tracker_store
    agent.tracker_store = agent.processor.tracker_store = FailSafeTrackerStore(Conversations(agent.domain))
    try:
        with serving(agent) as running:
            person = Browser(running)
            person.say(f"{CANARY}, is there a cure?")
            (name,) = Database().conversations()
            stolen = b"".join(path.read_bytes() for path in tmp_path.iterdir())
            assert CANARY.encode() in stolen
            held = [
                person.token,
                person.token.rpartition(".")[2],
                *KEYS,
                "127.0.0.1",
                person.messages[0]["buttons"][0]["payload"],
            ]
            assert not [text for text in held if text.encode() in stolen]

            claims = {"sub": name, "aud": AUDIENCE, "site": "demo", "country": None, "iat": 0, "exp": 2**31 + LIFETIME}
            person.token = jwt.encode(claims, name.ljust(32), algorithm="HS256")
            for path in ENDS:
                body = {"message": {"text": "hello"}, "end": {}}.get(path)
                assert person.ask("GET" if body is None else "POST", path, body).status_code == 401
    finally:
        agent.tracker_store = agent.processor.tracker_store = before


def test_a_changed_token_is_no_token(address: str) -> None:
    victim, stranger = Browser(address), Browser(address)
    header, _, signature = stranger.token.split(".")
    claims = jwt.decode(stranger.token, options={"verify_signature": False})
    claims["sub"] = jwt.decode(victim.token, options={"verify_signature": False})["sub"]
    body = jwt.encode(claims, "x" * 32, algorithm="HS256").split(".")[1]
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    for token in (
        f"{header}.{body}.{signature}",
        f"{header}.{body}.",
        f"{unsigned}.{body}.",
        f"{unsigned}.{body}.{signature}",
    ):
        stranger.token = token
        assert stranger.ask("GET", "history").status_code == 401


LOCKS = sorted(path.relative_to(ROOT) for path in ROOT.glob("**/requirements*.txt") if ".venv" not in str(path))


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_every_locked_package_has_its_hash(lock: Path) -> None:
    packages = re.split(r"^(?=[\w.-]+==)", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert packages
    assert not [package.split()[0] for package in packages if "--hash=sha256:" not in package]
