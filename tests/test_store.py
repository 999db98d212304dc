"""Conversations are kept for a day, survive a restart and a failing database, and are gone when they are erased.

Where GUIDE_TEST_DATABASE names an empty PostgreSQL database, as `make test-growth` does, the same holds there.
"""

import asyncio
import os
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

import guide.store
from guide.database import KEPT, Database, Ended, events
from guide.store import AT_HAND, AT_HAND_FOR, Conversations, StoreError, Tracker

SECRET = "xylophone"
DOMAIN = Domain.from_dict({"slots": {"person": {"type": "text", "mappings": [{"type": "custom"}]}}})
POSTGRESQL = os.environ.get("GUIDE_TEST_DATABASE")


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRESQL else [])])
def store(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conversations:
    monkeypatch.setenv("GUIDE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(guide.store, "RETRY", 0.05)
    if request.param == "postgresql":
        monkeypatch.setenv("GUIDE_DATABASE", str(POSTGRESQL))
        with Database()._begin() as connection:
            connection.execute(events.delete())
    return Conversations(DOMAIN)


@pytest.fixture
def in_file(store: Conversations) -> Conversations:
    if not store.database.is_sqlite:
        pytest.skip("of SQLite alone")
    return store


class Fault:
    """A file that another program has locked for writing, or a folder that is gone; and its end."""

    def __init__(self, store: Conversations, folder: Path) -> None:
        self._store, self._folder = store, folder
        self._other = sqlite3.connect(folder / "conversations.db", isolation_level=None)
        with store.database.engine.connect() as connection:  # the pool's only one so far
            connection.exec_driver_sql("PRAGMA busy_timeout = 50")

    def lock(self) -> None:
        self._other.execute("BEGIN IMMEDIATE")

    def unlock(self) -> None:
        self._other.execute("ROLLBACK")

    def take_away(self) -> None:
        self._other.close()
        self._store.database.engine.dispose()
        self._folder.rename(self._folder.with_name("away"))

    def bring_back(self) -> None:
        self._folder.with_name("away").rename(self._folder)


@pytest.fixture
async def fault(in_file: Conversations, tmp_path: Path) -> Fault:
    await in_file.keys()
    return Fault(in_file, tmp_path / "data")


def spoken(name: str, at: float | None = None) -> DialogueStateTracker:
    told = [ActionExecuted("action_session_start"), SessionStarted(), UserUttered(f"{SECRET} {name}")]
    told.append(SlotSet("person", "mum"))
    for event in told:
        event.timestamp = at or time.time()
    return DialogueStateTracker.from_events(name, told, DOMAIN.slots)


async def say(store: Conversations, name: str, text: str, *more: Any) -> None:
    """A turn, as Rasa plays it."""
    tracker = await store.get_or_create_tracker(name, append_action_listen=False)
    if not tracker.events:
        tracker.update(SessionStarted())
    for event in (UserUttered(text), *more):
        tracker.update(event)
    await store.save(tracker)


async def texts(store: Conversations, name: str) -> list[str]:
    tracker = await store.retrieve_full_tracker(name)
    return [event.text for event in tracker.events if isinstance(event, UserUttered)] if tracker else []


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_a_conversation_is_found_again_by_another_process(store: Conversations) -> None:
    await store.save(spoken("anna"))
    again = await Conversations(DOMAIN).retrieve("anna")
    assert again is not None
    assert again.get_slot("person") == "mum"


async def test_the_tracker_at_hand_is_what_the_database_has(store: Conversations) -> None:
    for text in ("one", "two", "three"):
        await say(store, "anna", text, SlotSet("person", text))
    at_hand, stored = await store.retrieve("anna"), await Conversations(DOMAIN).retrieve("anna")
    assert at_hand is not None
    assert stored is not None
    assert [event.as_dict() for event in at_hand.events] == [event.as_dict() for event in stored.events]
    assert at_hand.current_slot_values() == stored.current_slot_values()


async def test_a_copy_of_a_tracker_is_as_rasa_makes_it_and_changes_alone(store: Conversations) -> None:
    await say(store, "anna", "one", SlotSet("person", "mum"), ActiveLoop("staging_form"))
    tracker = await store.retrieve("anna")
    assert tracker is not None
    ours, theirs = tracker.copy(), DialogueStateTracker.copy(tracker)
    assert ours.current_state(EventVerbosity.ALL) == theirs.current_state(EventVerbosity.ALL)
    ours.update(SlotSet("person", "dad"))
    ours.update(LoopInterrupted(True))
    ours.update(UserUttered("two"))
    assert tracker.current_state(EventVerbosity.ALL) == theirs.current_state(EventVerbosity.ALL)
    ours._reset()
    assert ours.get_slot("person") is None
    assert tracker.get_slot("person") == "mum"


@pytest.mark.parametrize(
    "more",
    [
        [],
        [SessionStarted(), SlotSet("person", "dad")],
        [
            ActiveLoop("staging_form"),
            ActionExecuted("staging_form"),
            UserUttered("two"),
            ActionExecuted("staging_form"),
        ],
        [UserUtteranceReverted(), UserUttered("two")],
        [ActionReverted()],
        [Restarted(), UserUttered("two")],
    ],
)
def test_a_tracker_knows_which_of_its_events_count_as_rasa_s_does(more: list[Any]) -> None:
    told = [SessionStarted(), ActionExecuted("action_listen"), UserUttered("one"), ActionExecuted("utter_greet")]
    theirs = DialogueStateTracker.from_events("anna", [*told, *more], DOMAIN.slots)
    ours = Tracker.from_events("anna", [*told, *more], DOMAIN.slots)
    assert ours.applied_events() == theirs.applied_events()


async def test_what_another_process_stored_is_seen(store: Conversations) -> None:
    other = Conversations(DOMAIN)
    await say(store, "anna", "one")
    await say(other, "anna", "two")
    await say(store, "anna", "three")
    await say(other, "anna", "four")
    assert await texts(store, "anna") == ["one", "two", "three", "four"]


async def test_a_turn_asks_the_database_once_and_writes_once(
    store: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    ask = store._ask
    monkeypatch.setattr(store, "_ask", lambda call, *arguments: asked.append(call) or ask(call, *arguments))
    for text in ("one", "two"):
        async with store.turn("anna"):
            await say(store, "anna", text)
    assert asked == [store.database.last, store.database.append] * 2
    await say(Conversations(DOMAIN), "anna", "three")
    async with store.turn("anna"):
        await say(store, "anna", "four")
    assert await texts(store, "anna") == ["one", "two", "three", "four"]
    await store.erase("anna")
    with pytest.raises(Ended):
        async with store.turn("anna"):
            pass
    assert not store._seen


async def test_two_processes_at_once_lose_nothing(store: Conversations) -> None:
    await say(store, "anna", "one")
    other = Conversations(DOMAIN)
    mine, theirs = await store.retrieve("anna"), await other.retrieve("anna")
    assert mine is not None
    assert theirs is not None
    mine.update(UserUttered("two"))
    theirs.update(UserUttered("three"))
    await store.save(mine)
    await other.save(theirs)
    assert await texts(store, "anna") == ["one", "two", "three"]


async def test_processes_that_start_at_once_on_a_new_disk_all_find_their_table(in_file: Conversations) -> None:
    for number in range(20):
        url = f"sqlite:///{in_file.database.engine.url.database}-{number}"
        databases = [Database(url) for _ in range(4)]  # each with a lock of its own, as in a process of its own
        start = threading.Barrier(len(databases))

        def begin(database: Database, start: threading.Barrier = start) -> int:
            start.wait()
            return database.last("anna")

        with ThreadPoolExecutor(len(databases)) as threads:
            assert list(threads.map(begin, databases)) == [guide.store.NOTHING] * len(databases)


async def test_what_another_process_stored_between_reading_and_saving_is_not_missed(store: Conversations) -> None:
    await say(store, "anna", "one")
    other, mine = Conversations(DOMAIN), await store.retrieve("anna")
    assert mine is not None
    await say(other, "anna", "two", SlotSet("person", "dad"))
    mine.update(UserUttered("three"))
    await store.save(mine)
    later = await store.retrieve("anna")
    assert later is not None
    assert later.get_slot("person") == "dad"


async def test_nothing_is_stored_of_a_conversation_that_ends_while_its_turn_is_being_stored(
    store: Conversations,
) -> None:
    await say(store, "anna", "one")
    tracker, ending = (
        await store.retrieve("anna"),
        threading.Thread(target=Database().erase, args=("anna", time.time())),
    )
    assert tracker is not None
    tracker.update(UserUttered(SECRET))

    @sqlalchemy.event.listens_for(store.database.engine, "before_cursor_execute")
    def end(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if statement.startswith("INSERT"):  # all that it asks before has been read
            ending.start()
            ending.join(0.2)

    await store.save(tracker)
    ending.join()
    assert await store.retrieve_full_tracker("anna") is None
    with Database()._begin() as connection:
        assert connection.execute(sqlalchemy.select(events.c.data)).scalars().all() == [None]


async def test_a_turn_that_fails_leaves_no_trace(store: Conversations) -> None:
    await say(store, "anna", "one")
    tracker = await store.retrieve("anna")
    assert tracker is not None
    tracker.update(UserUttered("lost"))  # and nobody saves it
    await say(store, "anna", "two")
    assert await texts(store, "anna") == ["one", "two"]


async def test_only_the_last_session_is_replayed_and_all_are_shown(store: Conversations) -> None:
    await say(store, "anna", "one")
    await say(store, "anna", "two", SessionStarted(), SlotSet("person", "dad"))
    await say(store, "anna", "three")
    for of in (store, Conversations(DOMAIN)):
        tracker = await of.retrieve("anna")
        assert tracker is not None
        assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["three"]
        assert await texts(of, "anna") == ["one", "two", "three"]


async def test_a_clock_that_jumps_back_loses_nothing(store: Conversations) -> None:
    await say(store, "anna", "one")
    late = UserUttered("two")
    late.timestamp = time.time() - 3600
    tracker = await store.retrieve("anna")
    assert tracker is not None
    tracker.update(late)
    await store.save(tracker)
    again = await Conversations(DOMAIN).retrieve("anna")
    assert again is not None
    assert [event.text for event in again.events if isinstance(event, UserUttered)] == ["one", "two"]


async def test_nothing_is_stored_before_the_person_says_something(store: Conversations) -> None:
    await store.get_or_create_tracker("anna")
    assert await store.keys() == []


async def test_few_conversations_are_at_hand(store: Conversations) -> None:
    for number in range(AT_HAND + 5):
        await say(store, str(number), "hello")
    assert len(store._at_hand) == AT_HAND
    assert await texts(store, "0") == ["hello"]


async def test_nobody_s_words_stay_in_memory_for_long(store: Conversations) -> None:
    await say(store, "anna", "one")
    await say(store, "ben", "two")
    store._at_hand["anna"].events[-1].timestamp -= AT_HAND_FOR + 1
    store._forget_idle(time.time())
    assert list(store._at_hand) == ["ben"]
    assert await texts(store, "anna") == ["one"]


async def test_only_the_owner_can_read_the_file(in_file: Conversations, tmp_path: Path) -> None:
    await in_file.save(spoken("anna"))
    for path in [tmp_path / "data", *(tmp_path / "data").iterdir()]:
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path


async def test_what_is_erased_is_gone_from_the_file(in_file: Conversations, tmp_path: Path) -> None:
    for name in ("anna", "ben"):
        await in_file.save(spoken(name))
    await in_file.erase("anna")
    assert f"{SECRET} anna".encode() not in content(tmp_path / "data")
    assert f"{SECRET} ben".encode() in content(tmp_path / "data")


async def test_what_is_erased_is_over_in_every_process(store: Conversations) -> None:
    other = Conversations(DOMAIN)
    for name in ("anna", "ben"):
        await say(store, name, "hello")
    await other.retrieve("anna")
    await store.erase("anna")
    for process in (store, other):
        assert await process.retrieve("anna") is None
        assert await process.retrieve("ben") is not None
        with pytest.raises(Ended):
            await process.check_open("anna")
        await process.check_open("ben")
        await process.check_open("nobody")
        await say(process, "anna", "a message that was under way")
    assert await store.keys() == ["ben"]


async def test_a_conversation_is_purged_a_day_after_its_last_message(store: Conversations) -> None:
    now = time.time()
    for name, age in (("old", KEPT + 60), ("young", KEPT - 60)):
        await store.save(spoken(name, now - age))
    late = spoken("long", now - 2 * KEPT)
    late.update(UserUttered("still here"))
    await store.save(late)
    store.database.purge(now)
    assert sorted(await store.keys()) == ["long", "young"]
    assert await store.retrieve("old") is None


async def test_old_conversations_are_erased_though_nobody_writes(store: Conversations) -> None:
    await store.save(spoken("old", time.time() - 2 * KEPT))
    await store.save(spoken("ben"))
    started = Conversations(DOMAIN)  # as after a restart
    for _ in range(600):  # it looks at once, in a thread of its own
        if await started.keys() == ["ben"]:
            break
        await asyncio.sleep(0.1)
    assert await started.keys() == ["ben"]


# A database that fails


async def until_stored(store: Conversations) -> None:
    for _ in range(200):
        await asyncio.sleep(0.05)
        if not store.is_failing and not any(tracker.is_waiting for tracker in store._at_hand.values()):
            return
    raise AssertionError("what waited was never stored")


async def test_a_conversation_goes_on_in_memory_while_the_file_is_locked(in_file: Conversations, fault: Fault) -> None:
    await say(in_file, "anna", "one", SlotSet("person", "mum"))
    fault.lock()
    for text in ("two", "three"):
        await say(in_file, "anna", text)
    tracker = await in_file.retrieve("anna")
    assert tracker is not None
    assert tracker.get_slot("person") == "mum"
    assert in_file.is_failing
    fault.unlock()
    await until_stored(in_file)
    assert await texts(Conversations(DOMAIN), "anna") == ["one", "two", "three"]


async def test_a_past_that_cannot_be_read_comes_back(in_file: Conversations, fault: Fault) -> None:
    await say(in_file, "anna", "one", SlotSet("person", "mum"))
    in_file._at_hand.clear()  # as after a restart
    fault.take_away()
    await say(in_file, "anna", "two")
    tracker = await in_file.retrieve("anna")
    assert isinstance(tracker, Tracker)
    assert tracker.is_blind
    fault.bring_back()
    await until_stored(in_file)
    again = await in_file.retrieve("anna")
    assert again is not None
    assert again.get_slot("person") == "mum"
    assert [event.text for event in again.events if isinstance(event, UserUttered)] == ["one", "two"]


async def test_a_conversation_that_began_while_the_folder_was_away_is_whole(
    in_file: Conversations, fault: Fault
) -> None:
    fault.take_away()
    await say(in_file, "anna", "one")
    await say(in_file, "anna", "two")
    fault.bring_back()
    await until_stored(in_file)
    tracker = await Conversations(DOMAIN).retrieve("anna")
    assert tracker is not None
    assert isinstance(tracker.events[0], SessionStarted)
    assert await texts(in_file, "anna") == ["one", "two"]


async def test_what_cannot_be_erased_is_said(in_file: Conversations, fault: Fault) -> None:
    await say(in_file, "anna", "one")
    fault.lock()
    with pytest.raises(StoreError):
        await in_file.erase("anna")
    fault.unlock()
    await asyncio.sleep(0.1)
    await in_file.erase("anna")
    assert await in_file.keys() == []


async def test_events_that_were_stored_unnoticed_are_not_stored_twice(store: Conversations) -> None:
    await say(store, "anna", "one")
    tracker = await store.retrieve("anna")
    assert isinstance(tracker, Tracker)
    tracker.update(UserUttered("two"))
    stored, last = tracker.stored, tracker.last
    await store.save(tracker)
    tracker.stored, tracker.last = stored, last  # the answer of the database came too late
    tracker.update(UserUttered("three"))
    await store.save(tracker)
    assert await texts(store, "anna") == ["one", "two", "three"]


async def test_a_full_disk_loses_nothing(in_file: Conversations) -> None:
    await say(in_file, "anna", "one")
    with in_file.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    long = "two " * 5000
    await say(in_file, "anna", long)
    assert in_file.is_failing
    with in_file.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    await until_stored(in_file)
    assert await texts(Conversations(DOMAIN), "anna") == ["one", long]


async def test_the_guide_starts_and_helps_while_its_database_is_down(tmp_path: Path) -> None:
    store = Conversations(DOMAIN, database="postgresql://nobody@127.0.0.1:9/none")
    await say(store, "anna", "she cannot breathe")
    tracker = await store.retrieve("anna")
    assert tracker is not None
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["she cannot breathe"]
    with pytest.raises(StoreError):
        await store.retrieve_full_tracker("ben")
