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

from guide.store import KEPT, Conversations

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


def test_old_conversations_are_erased_though_nobody_writes(store: Conversations, run: Callable[..., Any]) -> None:
    run(store.save(spoken("old", time.time() - 2 * KEPT)))
    run(store.save(spoken("ben", time.time())))
    started = Conversations(DOMAIN)  # as after a restart
    for _ in range(600):  # it looks at once, in a thread of its own
        if run(started.retrieve("old")) is None:
            break
        time.sleep(0.1)
    assert run(started.retrieve("old")) is None
    assert run(started.retrieve("ben")) is not None
