"""Load over HTTP by wrk: so many clients at once, each with conversations of its own, new ones all the time."""

import http.client
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MOST_PER_SECOND = 2000
"""Answers for which new conversations are made ready. No bot on one core comes near."""
KEY = "@"


@dataclass(frozen=True)
class Door:
    """An address that messages are posted to, and how: `body` and `authorization` with @ for the conversation's key."""

    url: str
    body: Callable[[str], dict[str, str]]
    new_key: Callable[[], str]
    authorization: str = ""

    def bodies(self, texts: Sequence[str]) -> list[str]:
        return [json.dumps(self.body(text)) for text in texts]


@dataclass(frozen=True)
class Load:
    """What clients got: milliseconds that answers took, and answers a second."""

    p50: float
    p95: float
    p99: float
    answers: int
    seconds: float
    silent: int = field(repr=False)
    failed: int = field(repr=False)
    reused: int = field(repr=False)

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


class LoadError(Exception):
    """Not every message was answered, so the figures say nothing."""


def need_wrk() -> None:
    """Exit with a sentence where wrk is missing."""
    if not shutil.which("wrk"):
        raise SystemExit(
            "make bench needs wrk, a load tool: install it (Debian: apt install wrk), then run make again."
        )


def press(door: Door, texts: Sequence[str], clients: int, seconds: int, is_floor: bool = False) -> Load:
    """Let clients hold conversations of these texts for so many seconds.

    Raises LoadError unless all were answered, in conversations of their own (which a floor knows nothing of).
    """
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as job:
        keys = [door.new_key() for _ in range(clients + MOST_PER_SECOND * seconds // len(texts))]
        job.write("\n".join([door.authorization, *door.bodies(texts), "", *keys]))
        job.flush()
        script = str(Path(__file__).with_name("load.lua"))
        command = ["wrk", "-t", str(clients), "-c", str(clients), "-d", f"{seconds}s", "--timeout", "60s", "-s", script]
        done = subprocess.run(
            [*command, door.url, "--", job.name, str(clients)], check=True, capture_output=True, text=True
        )
    load = Load(**json.loads(done.stdout.splitlines()[-1]))
    if load.failed or load.silent or (load.reused and not is_floor):
        raise LoadError(f"{load.failed} failed, {load.silent} silent, {load.reused} out of new conversations: {load}")
    if load.answers < clients:
        raise LoadError(f"{load.answers} answers for {clients} clients: the load was too short")
    return load


def turns(door: Door, texts: Sequence[str], wanted: Sequence[int]) -> dict[int, float]:
    """One conversation, the texts in turn: milliseconds of an answer around each wanted turn (p50 of eight)."""
    key, address = door.new_key(), urlsplit(door.url)
    line = http.client.HTTPConnection(address.netloc, timeout=60)
    headers = {"Content-Type": "application/json"}
    if door.authorization:
        headers["Authorization"] = door.authorization.replace(KEY, key)
    took = []
    for turn in range(max(wanted) + 4):
        body = door.bodies([texts[turn % len(texts)]])[0].replace(KEY, key)
        start = time.perf_counter()
        line.request("POST", address.path, body, headers)
        reply = line.getresponse()
        told = reply.read()
        took.append((time.perf_counter() - start) * 1000)
        if reply.status != 200 or b'"text"' not in told:
            raise LoadError(f"turn {turn + 1}: status {reply.status}")
    line.close()
    return {turn: statistics.median(took[turn - 4 : turn + 4]) for turn in wanted}
