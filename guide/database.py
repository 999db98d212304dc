"""The table of conversations, in SQLite or in the PostgreSQL that GUIDE_DATABASE names: plain calls, which block."""

import errno
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy
from rasa.shared.exceptions import RasaException
from sqlalchemy.pool import QueuePool

FOLDER = Path(__file__).parents[1] / ".data"
KEPT = 24 * 3600
"""Seconds after its last message that a conversation is kept."""
CONNECTIONS = 4
"""Open at most, of each process."""
PATIENCE = 2
"""Seconds that a call waits: for a connection, for another's lock on the file, for PostgreSQL's answer."""
_PRAGMAS = (f"busy_timeout = {PATIENCE * 1000}", "synchronous = NORMAL", "secure_delete = ON")

_log = logging.getLogger(__name__)

metadata = sqlalchemy.MetaData()
events = sqlalchemy.Table(
    "conversation_events",
    metadata,
    sqlalchemy.Column("conversation", sqlalchemy.String(64), primary_key=True),
    sqlalchemy.Column("number", sqlalchemy.Integer, primary_key=True, autoincrement=False),  # within the conversation
    sqlalchemy.Column("session", sqlalchemy.Integer, nullable=False),  # of Rasa: only the last one is replayed
    sqlalchemy.Column("at", sqlalchemy.Float, nullable=False, index=True),  # seconds since 1970
    sqlalchemy.Column("data", sqlalchemy.Text),  # an event of Rasa as JSON; none: the conversation was ended
)


class FolderError(RasaException):
    """The folder of GUIDE_DATA cannot be used: one sentence says why. `rasa run` prints it and ends."""


class Ended(Exception):  # noqa: N818 - it is an answer, not an accident
    """The person has ended the conversation: it takes no more messages."""


class Lost(Exception):  # noqa: N818 - as above
    """The database has nothing of a conversation that it had: its file was damaged, or replaced."""


@dataclass(frozen=True)
class Row:
    """An event of a conversation: whether it begins a session, when it was (a timestamp), and its JSON."""

    begins: bool
    at: float
    data: str


@dataclass(frozen=True)
class Stored:
    """What is stored of a conversation: the JSON of its events, and the number of the last one; -1: nothing is."""

    events: list[str]
    last: int


class Database:
    """Every method blocks, at most some seconds, and raises SQLAlchemyError where the database fails.

    `url`: SQLAlchemy's; sqlite:// keeps everything in memory. Without it as the environment says: see configured_url.
    """

    def __init__(self, url: str | None = None) -> None:
        url = url or configured_url()
        self.is_sqlite = url.startswith("sqlite")
        in_memory = url == "sqlite://"
        self.engine = sqlalchemy.create_engine(
            url,
            poolclass=QueuePool,  # keeps SQLite's connections open too: to close the last one costs milliseconds
            pool_size=1 if in_memory else CONNECTIONS,
            max_overflow=0,
            pool_timeout=PATIENCE,
            pool_pre_ping=not self.is_sqlite,
            connect_args={"check_same_thread": False}
            if self.is_sqlite
            else {"connect_timeout": PATIENCE, "options": f"-c statement_timeout={PATIENCE * 1000}"},
        )
        if self.is_sqlite:
            sqlalchemy.event.listen(self.engine, "connect", _set_up)
            sqlalchemy.event.listen(self.engine, "handle_error", self._note_damage)
        self._is_made, self._is_damaged, self._making = False, False, threading.Lock()

    def last(self, conversation: str) -> int:
        """The number of the conversation's last event; -1: it has none. Raises Ended."""
        with self._begin() as connection:
            row = connection.execute(_LAST, {"of": conversation}).first()
        if row is None:
            return -1
        if row.data is None:
            raise Ended
        return int(row.number)

    def load(self, conversation: str, whole: bool = False) -> Stored:
        """The events of the conversation's last session, or of the whole. Raises Ended."""
        with self._begin() as connection:
            rows = connection.execute(_ALL if whole else _LATEST, {"of": conversation}).all()
        if rows and rows[-1].data is None:
            raise Ended
        return Stored([row.data for row in rows], rows[-1].number if rows else -1)

    def append(self, conversation: str, after: int, rows: Sequence[Row]) -> int:
        """Add events to a conversation whose last event is believed to be `after`. Returns the last one's number.

        Rows that are stored already are not stored twice: a call that nobody waited for any longer may have stored
        them. Raises Ended, Lost.
        """
        with self._begin() as connection:
            self._alone(connection, conversation)
            last = connection.execute(_LAST, {"of": conversation}).first()
            if last is not None and last.data is None:
                raise Ended
            if last is None and after >= 0:
                raise Lost
            number, session = (last.number, last.session) if last is not None else (-1, 0)
            if number != after:
                known = {row.data for row in connection.execute(_ALL, {"of": conversation})}
                rows = [row for row in rows if row.data not in known]
            values = []
            for number, row in enumerate(rows, number + 1):  # noqa: B020 - it goes on counting
                session += row.begins
                values.append(
                    {
                        "conversation": conversation,
                        "number": number,
                        "session": session,
                        "at": row.at,
                        "data": row.data,
                    }
                )
            if values:
                connection.execute(events.insert(), values)
        return int(number)

    def erase(self, conversation: str, now: float) -> None:
        """Erase a conversation at once. That it has ended is known until the purge, when its token is long void."""
        with self._begin() as connection:
            self._alone(connection, conversation)
            connection.execute(events.delete().where(events.c.conversation == conversation))
            connection.execute(events.insert(), {"conversation": conversation, "number": 0, "session": 0, "at": now})
        self._empty_log()

    def purge(self, now: float) -> int:
        """Erase every conversation whose last event is older than KEPT at `now` (a timestamp). Returns how many."""
        with self._begin() as connection:
            old = [row.conversation for row in connection.execute(_OLD, {"before": now - KEPT})]
            for conversation in old:
                connection.execute(events.delete().where(events.c.conversation == conversation))
        if old:
            self._empty_log()
        return len(old)

    def conversations(self) -> list[str]:
        """The ids of all conversations that are kept."""
        with self._begin() as connection:
            return [row.conversation for row in connection.execute(_IDS)]

    def _begin(self) -> Any:
        """A transaction. The table is made at first need: the guide starts, and helps, while its database is down."""
        if not self._is_made or self._is_damaged:
            with self._making:
                if self._is_damaged:
                    self._begin_anew()
                make_table(self.engine, events)
                self._is_made = True
        return self.engine.begin()

    def _alone(self, connection: sqlalchemy.engine.Connection, conversation: str) -> None:
        """Until the transaction ends nobody else writes to the conversation: what is read first stays true."""
        if self.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # by itself it begins with what is written first
        else:
            connection.execute(_ALONE, {"of": conversation})

    def _note_damage(self, context: Any) -> None:
        self._is_damaged |= _says_damaged(context.original_exception)

    def _begin_anew(self) -> None:
        """Erase a file that is damaged: what nobody can read, nobody can purge either."""
        self._is_damaged = False
        file = Path(self.engine.url.database)
        if not _is_sound(file):
            self.engine.dispose()
            for ending in ("", "-wal", "-shm"):
                file.with_name(file.name + ending).unlink(missing_ok=True)
            file.touch(mode=0o600)
            self._is_made = False
            _log.error("The file of conversations was damaged. It was erased and begun anew.")

    def _empty_log(self) -> None:
        """Take what was erased out of SQLite's write-ahead log too, where nobody is reading."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


_mine = events.c.conversation == sqlalchemy.bindparam("of")
_LAST = sqlalchemy.select(events).where(_mine).order_by(events.c.number.desc()).limit(1)
_ALONE = sqlalchemy.select(sqlalchemy.func.pg_advisory_xact_lock(sqlalchemy.func.hashtext(sqlalchemy.bindparam("of"))))
_ALL = sqlalchemy.select(events.c.number, events.c.data).where(_mine).order_by(events.c.number)
_LATEST = _ALL.where(
    events.c.session == sqlalchemy.select(sqlalchemy.func.max(events.c.session)).where(_mine).scalar_subquery()
)
_OLD = (
    sqlalchemy.select(events.c.conversation)
    .group_by(events.c.conversation)
    .having(sqlalchemy.func.max(events.c.at) < sqlalchemy.bindparam("before"))
)
_IDS = sqlalchemy.select(events.c.conversation).where(events.c.data.isnot(None)).distinct()


def configured_url() -> str:
    """GUIDE_DATABASE; without it conversations.db in GUIDE_DATA or .data, its owner's alone.

    Raises FolderError.
    """
    if given := os.environ.get("GUIDE_DATABASE"):
        return given
    folder = Path(os.environ.get("GUIDE_DATA") or FOLDER)
    file = folder / "conversations.db"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        if not os.access(folder, os.W_OK, effective_ids=True):  # SQLite keeps its log beside the file
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise FolderError(f"Conversations cannot be kept in {folder} (GUIDE_DATA): {error.strerror}.") from None
    return f"sqlite:///{file}"


def make_table(engine: sqlalchemy.engine.Engine, table: sqlalchemy.Table) -> None:
    """Make a table that is not there, while other processes may do the same. Raises SQLAlchemyError."""
    try:
        _make(engine, table)
    except (sqlalchemy.exc.ProgrammingError, sqlalchemy.exc.IntegrityError):
        _make(engine, table)  # in PostgreSQL IF NOT EXISTS is no promise: another has made it now


def _make(engine: sqlalchemy.engine.Engine, table: sqlalchemy.Table) -> None:
    with engine.begin() as connection:
        connection.execute(sqlalchemy.schema.CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(sqlalchemy.schema.CreateIndex(index, if_not_exists=True))


def _says_damaged(error: BaseException | None) -> bool:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _is_sound(file: Path) -> bool:
    """Whether the file is a database without damage; also where that cannot be told."""
    with closing(sqlite3.connect(file)) as connection:
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.DatabaseError as error:
            return not _says_damaged(error)


def _set_up(connection: Any, record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)  # another process does the same to a new file: for this SQLite does not wait by itself
