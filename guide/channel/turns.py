"""One message of a conversation at a time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError

from guide.channel.limits import PATIENCE, RETRY
from guide.metrics import failed

LONGEST = 10
"""Seconds after which a turn counts as over, whose process died: longer than any takes while all is well."""


class Turns:
    """Serialises the requests of each conversation, in the order in which they came.

    `redis`: the address of a Redis, where several processes share conversations. Rasa serialises too, but whoever
    waits there looks again once a second, and its lock in Redis can be held by two; here nobody ever waits there.
    """

    def __init__(self, redis: str | None = None) -> None:
        self._queues: dict[str, _Queue] = {}
        self._redis = Redis.from_url(redis, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE) if redis else None
        self._failed_at = float("-inf")

    @asynccontextmanager
    async def of(self, conversation: str) -> AsyncIterator[None]:
        """Wait until the requests of the conversation that came before are done."""
        queue = self._queues.setdefault(conversation, _Queue())
        queue.length += 1
        try:
            async with queue.lock, self._among_processes(conversation):
                yield
        finally:
            queue.length -= 1
            if not queue.length:
                del self._queues[conversation]  # as many are kept as requests are open

    @asynccontextmanager
    async def _among_processes(self, conversation: str) -> AsyncIterator[None]:
        """A Redis that fails holds nobody up: the proxy sends a conversation to one process, as long as that lives."""
        if self._redis is None or time.monotonic() - self._failed_at < RETRY:
            yield
            return
        lock = Lock(self._redis, f"turn:{conversation}", timeout=LONGEST, sleep=0.05, blocking_timeout=LONGEST)
        try:
            is_held = await lock.acquire()
        except RedisError as error:
            is_held, self._failed_at = False, time.monotonic()
            failed("locks", f"The store of locks fails: {type(error).__name__}")
        try:
            yield
        finally:
            if is_held:
                try:
                    await lock.release()
                except (RedisError, LockError) as error:
                    failed("locks", f"A lock could not be given back: {type(error).__name__}")

    def __len__(self) -> int:
        return len(self._queues)


class _Queue:
    def __init__(self) -> None:
        self.lock, self.length = asyncio.Lock(), 0
