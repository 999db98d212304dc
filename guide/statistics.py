"""Daily counts of what people ask: how often which intent, what had no answer, votes. No text, no ids.

Off unless credentials.yml says `statistics: true`. Counted in memory and written once a minute, so that a message costs
nothing and a row says no more of a time than its day; a process that is killed loses the counts of its last minute.
`make report` makes a page of them.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import sqlalchemy
from sanic import Blueprint, Sanic
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from guide.database import make_table
from guide.metrics import INTENTS, UNANSWERED, failed

KEPT = 400
"""Days that counts are kept: a year, and some weeks to compare it with."""
WRITE_EVERY = 60
"""Seconds between two writes."""
VOTES = {"thank": "helpful", "feedback": "not_helpful"}
"""Intents that judge an answer: "that helped a lot", "that did not help"."""
KINDS = ("intent", "unanswered", "near", "vote")
"""Of counts, with their names: `intent`: what was asked; `unanswered`: kinds of guide.metrics.UNANSWERED; `near`: the
topic nearest to a message that was not understood; `vote`: values of VOTES."""

metadata = sqlalchemy.MetaData()
counts = sqlalchemy.Table(
    "daily_counts",
    metadata,
    sqlalchemy.Column("day", sqlalchemy.Date, primary_key=True),  # UTC
    sqlalchemy.Column("kind", sqlalchemy.String(16), primary_key=True),
    sqlalchemy.Column("name", sqlalchemy.String(64), primary_key=True),
    sqlalchemy.Column("number", sqlalchemy.Integer, nullable=False),
)
Key = tuple[date, str, str]


class Statistics:
    """Counts of one process."""

    def __init__(self) -> None:
        self._counts: Counter[Key] = Counter()

    def add(self, intents: Iterable[str], replies: Iterable[str], nearest: str | None, day: date | None = None) -> None:
        """Count a message. `intents`: what it said; `replies`: names of what it got; `nearest`: the likeliest topic."""
        day, intents, replies = day or today(), INTENTS & {*intents}, {*replies}
        self._counts.update((day, "intent", intent) for intent in intents)
        self._counts.update((day, "vote", VOTES[intent]) for intent in intents & {*VOTES})
        self._counts.update((day, "unanswered", UNANSWERED[reply]) for reply in replies & {*UNANSWERED})
        if "utter_fallback" in replies and nearest in INTENTS:
            self._counts[day, "near", str(nearest)] += 1

    async def flush(self, engine: Engine) -> None:
        """Write what was counted since the last time. Where that fails, it is kept for the next time."""
        new, self._counts = self._counts, Counter()
        try:
            await asyncio.to_thread(write, engine, new, today())
        except SQLAlchemyError as error:
            self._counts.update(new)
            failed("statistics", f"The daily counts could not be written: {type(error).__name__}")

    def run_with(self, server: Blueprint, engine_of: Callable[[Sanic], Engine]) -> None:
        """Write once a minute while the server runs, and once more when it stops. `engine_of`: its database."""
        writing: list[asyncio.Task[None]] = []

        async def keep_writing(engine: Engine) -> None:
            while True:
                await asyncio.sleep(WRITE_EVERY)
                await self.flush(engine)

        async def start(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            writing.append(loop.create_task(keep_writing(engine_of(app))))

        async def stop(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            writing.pop().cancel()
            await self.flush(engine_of(app))

        server.listener("after_server_start")(start)
        server.listener("before_server_stop")(stop)


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()


def write(engine: Engine, new: Mapping[Key, int], day: date) -> None:
    """Add to the counts of the database, and forget those older than KEPT days on `day`. Raises SQLAlchemyError."""
    make_table(engine, counts)
    with engine.begin() as connection:
        connection.execute(counts.delete().where(counts.c.day < day - timedelta(days=KEPT)))
        for (its_day, kind, name), number in sorted(new.items()):  # in one order: no two processes wait for each other
            _add(connection, {"day": its_day, "kind": kind, "name": name}, number)


def read(engine: Engine) -> dict[Key, int]:
    """All counts, by day, kind and name; none where nothing was ever counted. Raises SQLAlchemyError."""
    if not sqlalchemy.inspect(engine).has_table(counts.name):
        return {}
    with engine.connect() as connection:
        return {(row.day, row.kind, row.name): row.number for row in connection.execute(sqlalchemy.select(counts))}


def _add(connection: Connection, key: dict[str, object], number: int) -> None:
    """Add to a count, or begin it. Another process may begin the same count at the same moment."""
    mine = sqlalchemy.and_(*(counts.c[name] == value for name, value in key.items()))
    more = counts.update().where(mine).values(number=counts.c.number + number)
    if connection.execute(more).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(counts.insert().values(**key, number=number))
    except IntegrityError:
        connection.execute(more)
