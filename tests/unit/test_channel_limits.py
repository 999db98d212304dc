"""Limits: who is counted, and what happens when a rate is used up."""

import asyncio
import threading
from typing import Any

import pytest

from guide.channel.limits import Rates, TooMany, client

PEER = "10.0.0.1"


@pytest.mark.parametrize(("peer", "forwarded", "hops", "counted"), [
    ("203.0.113.7", [], 0, "203.0.113.7"),
    (PEER, ["198.51.100.1"], 0, PEER),  # nobody of ours wrote that
    (PEER, ["198.51.100.1"], 1, "198.51.100.1"),
    (PEER, ["6.6.6.6, 198.51.100.1"], 1, "198.51.100.1"),  # the client made up the first
    (PEER, ["6.6.6.6", "198.51.100.1"], 1, "198.51.100.1"),  # in a header of its own
    (PEER, ["6.6.6.6, 198.51.100.1, 10.0.0.2"], 2, "198.51.100.1"),
    (PEER, ["198.51.100.1"], 2, PEER),  # came past a proxy
    (PEER, ["rubbish"], 1, PEER),
    (PEER, [""], 1, PEER),
    ("2001:db8:1:2:aaaa::1", [], 0, "2001:db8:1:2::/64"),
    (PEER, ["2001:db8:1:2:bbbb::1"], 1, "2001:db8:1:2::/64"),
    ("unix:", [], 0, "unix:"),
])  # fmt: skip
def test_who_is_counted(peer: str, forwarded: list[str], hops: int, counted: str) -> None:
    assert client(peer, forwarded, hops) == counted


async def test_a_rate_that_is_used_up_says_how_long_to_wait() -> None:
    rates = Rates({"conversation": "2/minute", "sessions": "1/hour"})
    for who in ("one", "one", "another"):
        await rates.count("conversation", who)
    await rates.count("sessions", "one")
    with pytest.raises(TooMany) as minute:
        await rates.count("conversation", "one")
    with pytest.raises(TooMany) as hour:
        await rates.count("sessions", "one")
    assert 58 <= minute.value.seconds <= 60
    assert 3598 <= hour.value.seconds <= 3600


async def test_there_is_room_again_after_the_wait() -> None:
    rates = Rates({"conversation": "1/second"})
    await rates.count("conversation", "one")
    with pytest.raises(TooMany) as full:
        await rates.count("conversation", "one")
    await asyncio.sleep(full.value.seconds)
    await rates.count("conversation", "one")


async def test_counts_that_have_run_out_leave_memory_without_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = Rates({"conversation": "1/second"})
    await rates.count("conversation", "one")
    with pytest.raises(TooMany) as full:
        await rates.count("conversation", "one")
    await asyncio.sleep(full.value.seconds + 0.1)
    monkeypatch.setattr("guide.channel.limits.SWEEP", 0.0)
    await rates.count("conversation", "another")
    assert [name.split("/")[2] for name in rates._windows.storage.events] == ["another"]
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


async def test_a_store_that_fails_lets_everyone_through(caplog: Any) -> None:
    rates = Rates({"conversation": "1/minute"}, "redis://127.0.0.1:1")
    for _ in range(3):
        await rates.count("conversation", "one")
    assert "The store of rate limits fails: ConnectionError" in caplog.text
