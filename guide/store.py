"""The tracker store of endpoints.yml: conversations as Rasa has them, kept by guide/database.py.

Rasa's own SQL store holds everybody up while it waits, reads a conversation anew for every message, keeps it for ever,
and starts it over where the database fails. Here the database is asked in threads; the trackers of the latest
conversations are at hand; and what cannot be stored is kept in memory until it can be.
"""

import asyncio
import copy
import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import SQLAlchemyError

from guide.database import CONNECTIONS, KEPT, PATIENCE, Database, Ended, Lost, Row
from guide.metrics import failed

PURGE_EVERY = 600
"""Seconds between two looks for conversations to erase."""
AT_HAND = 100
"""Conversations whose trackers stay in memory after their last message, at most."""
AT_HAND_FOR = 900
"""Seconds that they do, at least; the next purge after that forgets them."""
UNSTORED = 1000
"""Conversations that wait in memory, at most, while the database is down."""
NOTHING = -1
"""The number of the last event of a conversation that has none."""
RETRY = 5
"""Seconds that a database which failed is left alone, so that not every message waits for it."""

_REVERTING = {ActionReverted, ActiveLoop, Restarted, UserUtteranceReverted}
"""Events for which Rasa leaves out some before them: of a form all but its first question."""

Result = TypeVar("Result")
_log = logging.getLogger(__name__)


class StoreError(Exception):
    """The database failed, or did so a moment ago."""


class Tracker(DialogueStateTracker):
    """A tracker that knows how much of it is stored, and is copied as it stands.

    Rasa copies it for every action, and plays all its events anew for that. Here copies share the slots: one that
    changes is replaced.
    """

    stored = 0
    """Events that are in the database."""
    last = NOTHING
    """The number that the last of them has there."""
    is_blind = False
    """Whether it began while the database could not be read, and so may have a past there."""
    slots: dict[str, Slot]

    @property
    def is_waiting(self) -> bool:
        """Whether it has events that are not stored yet, of a person who has said something."""
        events = list(self.events)  # a copy: the purging thread asks too, while a turn may add some
        return len(events) > self.stored and any(isinstance(event, UserUttered) for event in events)

    def copy(self) -> "Tracker":
        """A duplicate, which may change without this one."""
        duplicate = copy.copy(self)
        duplicate.events, duplicate.slots = self.events.copy(), self.slots.copy()
        duplicate.active_loop = copy.copy(self.active_loop)
        return duplicate

    def applied_events(self) -> list[Event]:
        """The events of the session that count: all, where none takes one back. Rasa looks at each, twice a turn."""
        events = list(self.events)
        if {type(event) for event in events} & _REVERTING:
            return list(super().applied_events())
        session = next((i for i in reversed(range(len(events))) if type(events[i]) is SessionStarted), -1)
        return events[session + 1 :]

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key] = copy.copy(self.slots[key])
        super()._set_slot(key, value)

    def _reset_slots(self) -> None:
        self.slots = {name: copy.copy(slot) if slot.has_been_set else slot for name, slot in self.slots.items()}
        super()._reset_slots()


class Conversations(TrackerStore):
    """Rasa's tracker store. `database`: see Database."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        database: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.database = Database(database)
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="database")
        self._at_hand: OrderedDict[str, Tracker] = OrderedDict()
        self._seen: dict[str, int] = {}  # the last numbers of conversations whose turn has begun
        self._failed_at = float("-inf")
        self._retry: asyncio.Task[None] | None = None
        # Not while a message is answered, and also where nobody writes any more: what was promised is a day.
        threading.Thread(target=self._keep_purging, name="purge", daemon=True).start()

    # What Rasa asks for

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        """A conversation that begins."""
        return Tracker(sender_id, self.domain.slots)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation's last session; none where it has not begun or was ended."""
        tracker, seen = self._at_hand.get(sender_id), self._seen.pop(sender_id, None)
        if tracker is not None and tracker.is_waiting:
            return tracker
        self._at_hand.pop(sender_id, None)  # until it is saved, so that a turn that fails leaves no trace
        if tracker is None and seen == NOTHING:
            return None
        try:
            if tracker is None or not await self._is_current(tracker, seen):
                tracker = await self._load(sender_id)
        except Ended:
            return None
        except StoreError:
            tracker = tracker or self._blind(sender_id)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The conversation with all its sessions. Raises StoreError where they cannot be read and are not at hand."""
        at_hand = self._at_hand.get(conversation_id)
        try:
            stored = await self._load(conversation_id, whole=True)
        except Ended:
            return None
        except StoreError:
            if at_hand is None:
                raise
            return at_hand
        if stored and at_hand and at_hand.is_waiting:
            for event in _unstored(at_hand):
                stored.update(event)
        return stored or at_hand

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is new in a conversation, or keep it in memory until it can be stored."""
        if not isinstance(tracker, Tracker):
            tracker = Tracker.from_events(tracker.sender_id, list(tracker.events), self.domain.slots)
        if not any(isinstance(event, UserUttered) for event in tracker.events):
            return  # nothing is stored before the person has said something
        self._at_hand[tracker.sender_id] = tracker
        self._at_hand.move_to_end(tracker.sender_id)
        try:
            await self._store(tracker)
        except Ended:
            self._at_hand.pop(tracker.sender_id, None)
        except StoreError:
            self._retry_later()
        self._forget_oldest()

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations. Raises StoreError."""
        return await self._ask(self.database.conversations)

    # What the channel asks for

    @asynccontextmanager
    async def turn(self, conversation: str) -> AsyncIterator[None]:
        """Raise Ended as check_open; who retrieves the conversation inside does not ask the database once more."""
        with suppress(StoreError):
            self._seen[conversation] = await self._ask(self.database.last, conversation)
        try:
            yield
        finally:
            self._seen.pop(conversation, None)

    async def check_open(self, conversation: str) -> None:
        """Raise Ended if the person has ended the conversation. Where nobody can tell, it is taken as open."""
        with suppress(StoreError):
            await self._ask(self.database.last, conversation)

    async def erase(self, conversation: str) -> None:
        """Erase a conversation at once, for good. Raises StoreError where the database cannot."""
        await self._ask(self.database.erase, conversation, time.time())
        self._at_hand.pop(conversation, None)

    @property
    def is_failing(self) -> bool:
        """Whether the database failed when it was last asked."""
        return self._failed_at > float("-inf")

    # How

    async def _load(self, conversation: str, whole: bool = False) -> Tracker | None:
        """What is stored of a conversation: its last session or the whole. Raises StoreError, Ended."""
        stored = await self._ask(self.database.load, conversation, whole)
        if not stored.events:
            return None
        events = [json.loads(event) for event in stored.events]
        tracker: Tracker = Tracker.from_dict(conversation, events, self.domain.slots)
        tracker.stored, tracker.last = len(tracker.events), stored.last
        return tracker

    async def _is_current(self, tracker: Tracker, last: int | None) -> bool:
        """Whether the database has nothing newer than what is at hand. Raises StoreError, Ended.

        `last`: the number of the last event there, if it was asked just now.

        Where it has nothing at all, its file was damaged, and what is at hand is stored anew; or it was purged.
        """
        if last is None:
            last = await self._ask(self.database.last, tracker.sender_id)
        return last == tracker.last or (last == NOTHING and tracker.events[-1].timestamp > time.time() - KEPT)

    async def _store(self, tracker: Tracker) -> None:
        """Write the events that are not stored yet. Raises StoreError, Ended."""
        name, until, new = tracker.sender_id, len(tracker.events), _unstored(tracker)
        past = await self._ask(self.database.last, name) if tracker.is_blind else NOTHING
        if past >= 0:  # it had begun before: what this has of a beginning is none
            new = new[next(i for i, event in enumerate(new) if isinstance(event, UserUttered)) :]
        rows = [Row(isinstance(e, SessionStarted), e.timestamp, json.dumps(e.as_dict())) for e in new]
        believed = tracker.last
        try:
            tracker.last = await self._ask(self.database.append, name, tracker.last, rows)
        except Lost:
            tracker.stored, tracker.last = 0, NOTHING
            await self._store(tracker)
            return
        tracker.stored, tracker.is_blind = until, False
        missed = tracker.last != believed + len(rows)  # another process stored something meanwhile
        if missed or past >= 0 or _has_begun_anew(tracker):
            self._at_hand.pop(name, None)  # the database knows its past, or that the past is over

    async def _ask(self, call: Callable[..., Result], *arguments: Any) -> Result:
        """Call the database in a thread. Raises Ended, or StoreError for whatever is wrong with the database."""
        if time.monotonic() - self._failed_at < RETRY:
            raise StoreError("it failed a moment ago")
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)
            result = await asyncio.wait_for(running, 2 * PATIENCE)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            if not self.is_failing:
                failed("store", f"The database fails: {type(error).__name__}")
            self._failed_at = time.monotonic()
            raise StoreError(type(error).__name__) from None
        if self.is_failing:
            _log.warning("The database is back.")
        self._failed_at = float("-inf")
        return result

    def _retry_later(self) -> None:
        if self._retry is None or self._retry.done():
            self._retry = asyncio.get_running_loop().create_task(self._keep_retrying())

    async def _keep_retrying(self) -> None:
        """Store what waits in memory as soon as the database is back."""
        while waiting := [tracker for tracker in self._at_hand.values() if tracker.is_waiting]:
            await asyncio.sleep(RETRY)
            for tracker in waiting:
                try:
                    await self._store(tracker)
                except Ended:
                    self._at_hand.pop(tracker.sender_id, None)
                except StoreError:
                    break

    def _forget_idle(self, now: float) -> None:
        """Nobody's words stay in memory for long. Runs in the purging thread."""
        for name, tracker in list(self._at_hand.items()):
            if not tracker.is_waiting and tracker.events[-1].timestamp < now - AT_HAND_FOR:
                self._at_hand.pop(name, None)

    def _forget_oldest(self) -> None:
        if len(self._at_hand) <= AT_HAND:
            return
        for is_waiting, most in ((False, AT_HAND), (True, UNSTORED)):
            names = [name for name, tracker in self._at_hand.items() if tracker.is_waiting == is_waiting]
            for name in names[: max(0, len(names) - most)]:
                del self._at_hand[name]

    def _blind(self, conversation: str) -> Tracker:
        tracker = Tracker(conversation, self.domain.slots)
        tracker.is_blind = True
        for event in (SessionStarted(), ActionExecuted("action_listen")):
            tracker.update(event)
        return tracker

    def _keep_purging(self) -> None:
        while True:
            self._forget_idle(time.time())
            try:
                self.database.purge(time.time())
            except (SQLAlchemyError, OSError) as error:
                failed("purge", f"Old conversations could not be erased: {type(error).__name__}")
            time.sleep(PURGE_EVERY)


def _unstored(tracker: Tracker) -> list[Event]:
    return list(tracker.events)[tracker.stored :]


def _has_begun_anew(tracker: Tracker) -> bool:
    """Whether a session began after something was said in an earlier one, which is not to be replayed any more."""
    events = list(tracker.events)
    last = max((i for i, event in enumerate(events) if isinstance(event, SessionStarted)), default=0)
    return any(isinstance(event, UserUttered) for event in events[:last])


def conversations(agent: Agent) -> Conversations:
    """The agent's store itself: what Rasa wraps around it takes a conversation that cannot be read for a new one."""
    store = agent.tracker_store
    inner = store._tracker_store if isinstance(store, FailSafeTrackerStore) else store
    assert isinstance(inner, Conversations)
    return inner
