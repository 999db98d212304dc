"""Conversations are kept for a day, survive a restart, and are gone from the file when they are erased."""

import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from guide.store import KEPT, PURGE_EVERY, Conversations

SECRET = "xylophone"
DOMAIN = Domain.from_dict({"slots": {"person": {"type": "text", "mappings": [{"type": "custom"}]}}})


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conversations:
    monkeypatch.setenv("GUIDE_DATA", str(tmp_path / "data"))
    return Conversations(DOMAIN)


def spoken(name: str, at: float) -> DialogueStateTracker:
    events = [ActionExecuted("action_session_start"), UserUttered(f"{SECRET} {name}"), SlotSet("person", "mum")]
    for event in events:
        event.timestamp = at
    return DialogueStateTracker.from_events(name, events, DOMAIN.slots)


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_conversation_is_found_again_by_another_process(store: Conversations, run: Callable[..., Any]) -> None:
    run(store.save(spoken("anna", time.time())))
    again = run(Conversations(DOMAIN).retrieve("anna"))
    assert again.get_slot("person") == "mum"


def test_only_the_owner_can_read_the_file(store: Conversations, tmp_path: Path, run: Callable[..., Any]) -> None:
    run(store.save(spoken("anna", time.time())))
    for path in [tmp_path / "data", *(tmp_path / "data").iterdir()]:
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path


def test_what_is_erased_is_gone_from_the_file(store: Conversations, tmp_path: Path, run: Callable[..., Any]) -> None:
    for name in ("anna", "ben"):
        run(store.save(spoken(name, time.time())))
    store.erase("anna")
    assert run(store.retrieve("anna")) is None
    assert run(store.retrieve("ben")) is not None
    assert f"{SECRET} anna".encode() not in content(tmp_path / "data")
    assert f"{SECRET} ben".encode() in content(tmp_path / "data")


def test_a_conversation_is_purged_a_day_after_its_last_message(store: Conversations, run: Callable[..., Any]) -> None:
    now = time.time()
    for name, age in (("old", KEPT + 60), ("young", KEPT - 60)):
        run(store.save(spoken(name, now - age)))
    late = spoken("long", now - 2 * KEPT)
    late.update(UserUttered("still here"))
    run(store.save(late))
    store.purge(now)
    assert [name for name in ("old", "young", "long") if run(store.retrieve(name))] == ["young", "long"]


def test_saving_purges_now_and_then(store: Conversations, run: Callable[..., Any]) -> None:
    now = time.time()
    store.purge(now)
    run(store.save(spoken("old", now - 2 * KEPT)))
    assert run(store.retrieve("old")) is not None  # just purged
    store.purge(now - PURGE_EVERY - 1 - KEPT * 3)  # long ago, when it was not yet old
    run(store.save(spoken("ben", now)))
    assert run(store.retrieve("old")) is None
