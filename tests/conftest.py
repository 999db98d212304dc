"""What tests share: a real action server that can be stopped, slowed and broken, and the trained guide."""

import asyncio
import http.server
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from guide.agent import load  # before anything else of Rasa

from rasa.core.agent import Agent  # isort: skip

ROOT = Path(__file__).parents[1]
hypothesis.settings.register_profile("calm", deadline=None)  # no test depends on the clock
hypothesis.settings.load_profile("calm")


class _Broken(http.server.BaseHTTPRequestHandler):
    """Stands where the action server was: `slow` holds the line, anything else is answered to the letter."""

    def do_POST(self) -> None:
        answer = self.server.answer  # type: ignore[attr-defined]
        if answer == "slow":
            self.server.held += 1  # type: ignore[attr-defined]
            self.server.released.wait()  # type: ignore[attr-defined]
            self.server.held -= 1  # type: ignore[attr-defined]
            return
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        body = {
            "error": b'{"error": "no", "request_body": ' + asked + b"}",  # as the real one does
            "silence": b'{"events": [], "responses": []}',
        }.get(answer, b"<rubbish>")
        self.send_response(500 if answer == "error" else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


class ActionServer:
    """The action server on one port. States: up, down, slow, error (500), rubbish (no JSON), silence (says nothing)."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/webhook"
        self.state = "down"
        self._process: subprocess.Popen[bytes] | None = None
        self._broken: http.server.ThreadingHTTPServer | None = None

    def become(self, state: str) -> None:
        if state == self.state:
            return
        if self._process:
            self._process.terminate()
            self._process.wait()
        if self._broken:
            self._broken.released.set()  # type: ignore[attr-defined]
            self._broken.shutdown()
            self._broken.server_close()
        self._process = self._broken = None
        if state == "up":
            self._start()
        elif state != "down":
            self._broken = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), _Broken)
            self._broken.answer, self._broken.released = state, threading.Event()  # type: ignore[attr-defined]
            self._broken.held = 0  # type: ignore[attr-defined]
            self._broken.daemon_threads = True
            threading.Thread(target=self._broken.serve_forever, daemon=True).start()
        self.state = state

    @property
    def held(self) -> int:
        """How many calls the slow server still holds without an answer."""
        return int(self._broken.held) if self._broken else 0  # type: ignore[attr-defined]

    def _start(self) -> None:
        command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(self.port)]
        environment = os.environ | {"SANIC_HOST": "127.0.0.1"}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url.replace("webhook", "health"), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("The action server did not start.")


@pytest.fixture(scope="session")
def action_server() -> Iterator[ActionServer]:
    server = ActionServer()
    yield server
    server.become("down")


@pytest.fixture(scope="session")
def agent(action_server: ActionServer) -> Agent:
    """The trained guide. `make test` trains it."""
    return load(action_server.url)


@pytest.fixture(scope="session")
def run() -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """Runs coroutines of a test in one event loop, as the server does."""
    loop = asyncio.new_event_loop()
    yield loop.run_until_complete
    loop.close()
