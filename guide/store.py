"""Where conversations are kept: one SQLite file, for a day after the last message, readable by its owner alone.

Rasa's own store keeps everything for ever. A conversation survives a restart, so that the staging goes on where it was.
"""

import logging
import os
import threading
import time
from pathlib import Path
from typing import Any

import sqlalchemy
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain

FOLDER = Path(__file__).parents[1] / ".data"
KEPT = 24 * 3600
"""Seconds after its last message that a conversation is kept."""
PURGE_EVERY = 600
"""Seconds between two looks for conversations to erase."""
_PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 5000", "secure_delete = ON")
_log = logging.getLogger(__name__)


class Conversations(SQLTrackerStore):
    """The tracker store of endpoints.yml: conversations.db in the folder that GUIDE_DATA names, or in .data."""

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        folder = Path(os.environ.get("GUIDE_DATA") or FOLDER)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / "conversations.db"
        file.touch(mode=0o600)
        super().__init__(domain=domain, event_broker=event_broker, dialect="sqlite", db=str(file), **kwargs)
        sqlalchemy.event.listen(self.engine, "connect", _set_up)
        self.engine.dispose()  # the first connection was made before it could be set up
        # Not while a message is answered, and also where nobody writes any more: what was promised is a day.
        threading.Thread(target=self._keep_purging, name="purge", daemon=True).start()

    def _keep_purging(self) -> None:
        while True:
            try:
                self.purge(time.time())
            except sqlalchemy.exc.SQLAlchemyError as error:
                _log.error("Old conversations could not be erased: %s", type(error).__name__)
            time.sleep(PURGE_EVERY)

    def purge(self, now: float) -> int:
        """Erase every conversation whose last event is older than KEPT at `now` (a timestamp). Returns how many."""
        event = self.SQLEvent
        with self.session_scope() as session:
            last = sqlalchemy.func.max(event.timestamp)
            grouped = session.query(event.sender_id).group_by(event.sender_id)
            old = [row[0] for row in grouped.having(last < now - KEPT)]
            for sender in old:
                session.query(event).filter(event.sender_id == sender).delete()
            session.commit()
        if old:
            self._empty_log()
        return len(old)

    def erase(self, conversation: str) -> None:
        """Erase a conversation at once. Raises SQLAlchemyError where it cannot be."""
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == conversation).delete()
            session.commit()
        self._empty_log()

    def _empty_log(self) -> None:
        """Take what was erased out of the write-ahead log too, where nobody is reading."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _set_up(connection: Any, record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
