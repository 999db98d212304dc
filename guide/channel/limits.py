"""How often a conversation and a client address may ask."""

import asyncio
import ipaddress
import math
import time
from collections.abc import Mapping, Sequence

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from guide.metrics import failed

PATIENCE = 0.5
"""Seconds that Redis has for an answer."""
RETRY = 5
"""Seconds that a Redis which failed is left alone, so that not every message waits for it."""
SWEEP = 10
"""Seconds between two looks for counts in memory that have run out."""


class TooMany(Exception):  # noqa: N818 - it is an answer, not an accident
    """A rate is used up. `seconds`: until there is room again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Memory(MemoryStorage):
    """Counts in memory, swept every ten seconds.

    The library's own are swept in a new thread, up to a hundred times a second; with the visitors of a busy minute each
    time takes milliseconds in which nobody is answered (bench/limits.py). And it keeps the name of everyone it counted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.timer.cancel()
        self.swept = time.monotonic()

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - under this name the library calls it
        if time.monotonic() - self.swept < SWEEP:
            return
        self.swept = time.monotonic()
        self._MemoryStorage__expire_events()  # type: ignore[attr-defined]
        self.events = {who: counted for who, counted in self.events.items() if counted}


class Rates:
    """Counts in moving windows. `rates`: by name; `redis`: the address of a Redis that several processes share."""

    def __init__(self, rates: Mapping[str, str], redis: str | None = None) -> None:
        self._is_near = redis is None
        timeouts = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        self._windows = MovingWindowRateLimiter(storage_from_string(redis, **timeouts) if redis else Memory())
        self._rates: dict[str, RateLimitItem] = {name: parse(rate) for name, rate in rates.items()}
        self._failed_at, self._last = float("-inf"), 0.0

    async def count(self, name: str, who: str) -> None:
        """Count a request of `who` against the rate `name`. Raises TooMany.

        A store that fails lets everyone through: people in need of an answer matter more than the limit.
        """
        try:
            if self._is_near:
                seconds = self._count(name, who)
            else:
                seconds = await asyncio.to_thread(self._count, name, who)  # a slow Redis would hold up everyone
        except Exception as error:
            self._failed_at = time.monotonic()
            failed("rate_limits", f"The store of rate limits fails: {type(error).__name__}")
            return
        if seconds:
            raise TooMany(seconds)

    def _count(self, name: str, who: str) -> int:
        """Seconds to wait; 0 where there is room."""
        if time.monotonic() - self._failed_at < RETRY:
            return 0
        before, self._last = self._last, time.time()
        if (
            self._last < before - 1
        ):  # the clock was set back: what was counted lies ahead, and would bar people till then
            self._windows.storage.reset()
        rate = self._rates[name]
        if self._windows.hit(rate, name, who):
            return 0
        return max(1, math.ceil(self._windows.get_window_stats(rate, name, who).reset_time - time.time()))


def client(peer: str, forwarded: Sequence[str], hops: int) -> str:
    """Whom to count: the client's address; of IPv6 the network of a household, which has 2^64 addresses.

    `peer` is who connects, `forwarded` the values of X-Forwarded-For, `hops` how many proxies of ours stand in front.
    Each adds the address that it saw at the right; what stands further left a client can make up.
    """
    seen = [address.strip() for value in forwarded for address in value.split(",")]
    named = seen[-hops] if 0 < hops <= len(seen) else peer
    try:
        address = ipaddress.ip_address(named)
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address.packed, 64), strict=False))
    return str(address)
