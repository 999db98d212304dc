"""The bots that are measured: each is started, spoken to through its doors, and stopped."""

import os
import secrets
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.load import KEY, Door
from guide.channel.tokens import Tokens, new_session
from scripts.serve import port
from tests.test_service import Service

ROOT = Path(__file__).parents[1]
CREDENTIALS = "bench/credentials.yml"
START_WITHIN = 600
"""Seconds until a start counts as failed: on two busy cores TensorFlow alone may take a minute."""
REST_TICKS = 5
"""Hundredths of a second that processes may compute in a second and still count as resting."""


@dataclass(frozen=True)
class Words:
    """What a bot is told: a conversation that plain replies answer, and a message that an action answers."""

    plain: Sequence[str]
    action: str | None


OURS = Words(
    plain=(
        "hello there",
        "is there a cure for ALS?",
        "what does riluzole do, and does it have side effects?",
        "thanks, that helps, bye for now",
    ),
    action="She was diagnosed. Both arms are weak, speech and legs are fine, no feeding tube, no mask. What stage?",
)
STOCK = Words(plain=("hello there", "I am so sad", "yes", "bye"), action="are you a bot?")
"""Messages of the kind that the bot of `rasa init` knows, so that each gets a reply of its own."""


class Bot(Protocol):
    """A running bot."""

    def doors(self) -> dict[str, Door]: ...

    def pids(self) -> list[int]: ...

    def stop(self) -> None: ...


def rest(address: str) -> Door:
    """Rasa's REST channel."""
    return Door(
        f"{address}/webhooks/rest/webhook", lambda text: {"sender": KEY, "message": text}, lambda: uuid.uuid4().hex
    )


def web(channel: str, secret: str, site: str) -> Door:
    """The guide's own channel, with tokens as `POST session` issues them, which stores nothing."""
    tokens = Tokens([secret])
    return Door(
        f"{channel}/message",
        lambda text: {"text": text},
        lambda: tokens.issue(new_session(site, "GB")),
        f"Bearer {KEY}",
    )


class Guide:
    """The guide as `make run` starts it, with all processes that this takes."""

    def __init__(self) -> None:
        self._secret = os.environ["GUIDE_SECRET"] = secrets.token_urlsafe(32)
        self._service = Service(CREDENTIALS)

    def doors(self) -> dict[str, Door]:
        address = self._service.address
        return {"REST": rest(address), "own channel": web(f"{address}/webhooks/guide", self._secret, "demo")}

    def pids(self) -> list[int]:
        return list(self._service.processes())

    def stop(self) -> None:
        self._service.process.terminate()
        self._service.process.wait()
        self._service.data.cleanup()


class Stock:
    """A bot of the stock pipeline: `rasa run` and its action server, both of the environment with TensorFlow."""

    def __init__(self, folder: Path, python: Path, actions: Path) -> None:
        """`folder`: the bot with its model. `actions`: the folder in which the package `actions` is."""
        guide, server = port("GUIDE_PORT"), port("ACTIONS_PORT")
        environment = os.environ | {"ACTIONS_URL": f"http://127.0.0.1:{server}/webhook", "SANIC_HOST": "127.0.0.1"}
        self._address = f"http://127.0.0.1:{guide}"
        self._log = (folder / "run.log").open("wb")
        commands = [
            (actions, ["rasa_sdk", "--actions", "actions", "--port", str(server)]),
            (folder, ["rasa", "run", "--interface", "127.0.0.1", "--port", str(guide)]),
        ]
        self._processes = [
            subprocess.Popen(
                [python, "-m", *command], cwd=at, env=environment, stdout=self._log, stderr=subprocess.STDOUT
            )
            for at, command in commands
        ]

    def doors(self) -> dict[str, Door]:
        return {"REST": rest(self._address)}

    def pids(self) -> list[int]:
        return [process.pid for process in self._processes]

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait()
        self._log.close()


def first_answer(bot: Bot, text: str) -> None:
    """Return once the bot answers over REST. Raises TimeoutError."""
    door = bot.doors()["REST"]
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        body = door.bodies([text])[0].replace(KEY, door.new_key()).encode()
        request = urllib.request.Request(door.url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                if b'"text"' in reply.read():
                    return
        except OSError:  # it does not listen yet, or has no model yet
            pass
        time.sleep(0.05)
    raise TimeoutError(f"no answer within {START_WITHIN} s")


def resident(pids: Sequence[int]) -> float:
    """Megabytes of memory that the processes hold, shared pages counted in each."""
    kilobytes = 0
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text()
        kilobytes += int(status.partition("VmRSS:")[2].split()[0])
    return kilobytes * 1024 / 1e6


def settle(pids: Sequence[int]) -> None:
    """Return once the processes rest: wrk leaves at the end of its time, with answers still under way."""
    for _ in range(60):
        before = _ticks(pids)
        time.sleep(1)
        if _ticks(pids) - before <= REST_TICKS:
            return


def _ticks(pids: Sequence[int]) -> int:
    """Hundredths of a second that the processes have computed."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(field[11]) + int(field[12]) for field in fields)


def train(folder: Path, python: Path | str, out: Path) -> float:
    """Seconds of a whole training of the bot in the folder."""
    command = [
        python,
        "-m",
        "rasa",
        "train",
        "--force",
        "--quiet",
        "--skip-validation",
        "--fixed-model-name",
        "bench",
        "--out",
        out,
    ]
    start = time.perf_counter()
    with (out.parent / "train.log").open("wb") as log:
        subprocess.run(command, cwd=folder, check=True, stdout=log, stderr=subprocess.STDOUT)
    return time.perf_counter() - start


def ours_trained() -> float:
    """Seconds of a training of the guide; models/ stays as it is."""
    out = ROOT / ".run" / "bench" / "guide"
    out.mkdir(parents=True, exist_ok=True)
    return train(ROOT, sys.executable, out)
