"""One message of a conversation at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Serialises the requests of each conversation, in the order in which they came.

    Rasa does so too, but whoever waits there looks again once a second; here nobody ever waits there.
    """

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def of(self, conversation: str) -> AsyncIterator[None]:
        """Wait until the requests of the conversation that came before are done."""
        queue = self._queues.setdefault(conversation, _Queue())
        queue.length += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.length -= 1
            if not queue.length:
                del self._queues[conversation]  # as many are kept as requests are open

    def __len__(self) -> int:
        return len(self._queues)


class _Queue:
    def __init__(self) -> None:
        self.lock, self.length = asyncio.Lock(), 0
