"""The web channel around a guide that is loaded already, on a port of its own, and a browser's side of it."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from jsonschema import Draft202012Validator
from rasa.core.agent import Agent
from rasa.core.run import configure_app
from sanic import Sanic

from guide.channel.settings import Settings
from guide.channel.web import WebChannel
from guide.health import HealthChannel
from tests.conftest import ROOT

KEYS = ("a key of the tests, long enough for all", "an old key of the tests, still to be verified")
WIDE = dict.fromkeys(("conversation", "address", "sessions"), "100000/minute")
DESCRIPTION: dict[str, Any] = json.loads((ROOT / "guide" / "channel" / "openapi.json").read_text("utf-8"))


class Browser:
    """Talks to the channel as a browser does. Every answer is held against openapi.json."""

    def __init__(self, address: str, **begin: Any) -> None:
        self.address = address
        self.token = ""
        if begin is not None:
            self.begun = self.ask("POST", "session", begin).json()
            self.token = self.begun["token"]
            self.messages: list[dict[str, Any]] = [*self.begun["opening"]["messages"]]

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """Send a request; `more` goes to requests. Headers without a token: headers={"Authorization": None}."""
        headers = {"Authorization": f"Bearer {self.token}" if self.token else None, **more.pop("headers", {})}
        if body is not None:
            more |= {"data": json.dumps(body)}
            headers = {"Content-Type": "application/json", **headers}
        response = requests.request(method, f"{self.address}/{path}", headers=headers, timeout=30, **more)
        check(method, path, response)
        return response

    def send(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """The guide's replies to a message."""
        response = self.ask("POST", "message", body)
        assert response.status_code == 200, response.text
        replies: list[dict[str, Any]] = response.json()["messages"]
        self.messages += replies
        return replies

    def say(self, text: str) -> list[dict[str, Any]]:
        return self.send({"text": text})

    def press(self, title: str) -> list[dict[str, Any]]:
        """Press the button with this title, among those of the last message that has it."""
        buttons = [button for message in self.messages for button in message["buttons"] if button["title"] == title]
        return self.send({"button": buttons[-1]["payload"]})

    def history(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.ask("GET", "history").json()["messages"]
        return told


def check(method: str, path: str, response: requests.Response) -> None:
    """Hold a response against openapi.json: a status, content type and body that it names."""
    operation = DESCRIPTION["paths"].get(f"/{path.partition('?')[0]}", {}).get(method.lower())
    if operation is None:
        assert response.status_code in (404, 405)
        return
    described = operation["responses"][str(response.status_code)]
    if "$ref" in described:
        described = DESCRIPTION["components"]["responses"][described["$ref"].rpartition("/")[2]]
    if not response.content:
        return
    media = response.headers["Content-Type"].partition(";")[0]
    schema = described["content"][media]["schema"]
    if media == "application/json":
        Draft202012Validator({**schema, "components": DESCRIPTION["components"]}).validate(response.json())


@contextmanager
def serving(agent: Agent, **settings: Any) -> Iterator[str]:
    """The channel's address, while it runs around `agent`. `settings`: of guide.channel.settings.Settings."""
    Sanic.test_mode = True  # lets several apps have Rasa's name
    channel = WebChannel(Settings(**{"keys": KEYS, "rates": WIDE, "demo": True, **settings}))
    app = configure_app([channel, HealthChannel()], enable_api=False)
    app.ctx.agent = agent
    loop, started, listening = asyncio.new_event_loop(), threading.Event(), socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(app.create_server(sock=listening, return_asyncio_server=True))
        loop.run_until_complete(server.startup())
        loop.run_until_complete(server.after_start())
        started.set()
        loop.run_forever()
        loop.run_until_complete(server.before_stop())
        server.server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.1))  # connections end
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(20)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks/guide"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
