"""Whether the guide lives, whether it is ready, and what it counts: for whoever runs it, not for the internet.

`/health/live`, `/health/ready` and `/metrics`. A proxy in front passes /webhooks/guide/ alone. docs/operating.md.
"""

import asyncio
import copy
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from guide import VERSION, logs
from guide.channel.output import CHANNEL, Replies
from guide.channel.pages import SAFE
from guide.dialogue.reply_order import UNAVAILABLE
from guide.metrics import exposition
from guide.store import conversations

SENDER = "health"
MESSAGE = "She was diagnosed. Both arms are weak, speech and legs are fine, no feeding tube, no mask. What stage?"
"""Goes through the model and the action server: the whole way of a staging."""
REPLY = "utter_kings_stage"
PATIENCE = 3
"""Seconds that a look takes at most."""
CACHED = 5
"""Seconds that what was seen holds, however often it is asked for."""
_HEADERS = {**SAFE, "Cache-Control": "no-store"}
_log = logging.getLogger(__name__)


class HealthChannel(InputChannel):
    """Beside the web channel, at the root of the same port. credentials.yml names it by its module path."""

    def __init__(self) -> None:
        self._look: asyncio.Task[list[str]] | None = None
        self._looked_at = 0.0

    @classmethod
    def name(cls) -> str:
        return "health"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> "HealthChannel":
        """The channel for `rasa run`, whose logs become JSON lines from here on."""
        logs.set_up()
        return cls()

    def url_prefix(self) -> str:
        """None: its addresses stand at the root, not under /webhooks/."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Its three addresses."""

        async def live(request: Request) -> HTTPResponse:
            return _json({"status": "live", "version": VERSION})

        async def ready(request: Request) -> HTTPResponse:
            agent: Agent = request.app.ctx.agent
            failing = await self._failing(agent)
            state = {"status": "failing" if failing else "ready", "failing": failing, "version": VERSION}
            return _json({**state, "model": _model(agent)}, 503 if failing else 200)

        async def metrics(request: Request) -> HTTPResponse:
            body, content_type = exposition()
            return HTTPResponse(body, headers=_HEADERS, content_type=content_type)

        blueprint = Blueprint("health")
        for address, handler in (("health/live", live), ("health/ready", ready), ("metrics", metrics)):
            blueprint.add_route(handler, address)
        return blueprint

    async def _failing(self, agent: Agent) -> list[str]:
        """What `look` saw, CACHED seconds ago at most. All who ask at once share one look."""
        loop = asyncio.get_running_loop()
        if self._look is None or (self._look.done() and loop.time() - self._looked_at >= CACHED):
            self._look, self._looked_at = loop.create_task(look(agent)), loop.time()
        return await asyncio.shield(self._look)  # who hangs up does not spoil it for the others


async def look(agent: Agent) -> list[str]:
    """Which parts fail: `model`, `actions` (the action server), `store`. Takes PATIENCE seconds at most."""
    parts: dict[str, Coroutine[Any, Any, str | None]] = {"answer": _answer(agent), "store": _store(agent)}
    tasks = {asyncio.create_task(part): name for name, part in parts.items()}
    done, late = await asyncio.wait(tasks, timeout=PATIENCE)
    for task in late:
        task.cancel()
    failing = [name for task in done if (name := task.result())]
    return sorted(failing + ["model" if tasks[task] == "answer" else tasks[task] for task in late])


async def _answer(agent: Agent) -> str | None:
    """Ask a real question, of a guide whose conversations are kept nowhere; `model` or `actions` where it fails."""
    try:
        processor, replies = copy.copy(agent.processor), Replies()
        processor.tracker_store = InMemoryTrackerStore(agent.domain)
        await processor.handle_message(UserMessage(MESSAGE, replies, SENDER, input_channel=CHANNEL))
    except Exception as error:
        _log.error("The model fails: %s", type(error).__name__)
        return "model"
    names = [reply.get("utter_action") for reply in replies.replies]
    if UNAVAILABLE in names:
        return "actions"
    return None if REPLY in names else "model"


async def _store(agent: Agent) -> str | None:
    store = conversations(agent)
    await store.check_open(SENDER)
    return "store" if store.is_failing else None


def _model(agent: Agent) -> dict[str, str] | None:
    """Which model answers, and when it was trained (UTC); None while none is loaded."""
    if not agent.processor:
        return None
    metadata = agent.processor.model_metadata
    return {"id": metadata.model_id, "trained": metadata.trained_at.isoformat(timespec="seconds")}


def _json(body: Mapping[str, Any], status: int = 200) -> HTTPResponse:
    return HTTPResponse(json.dumps(body), status, _HEADERS, "application/json")
