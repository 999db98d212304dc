"""The channel `guide`: its addresses, and what each of them refuses. openapi.json describes them all."""

import asyncio
import gc
import json
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

from jsonschema import Draft202012Validator
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.constants import HTTP_METHODS
from sanic.exceptions import InvalidUsage, PayloadTooLarge
from sanic.request import Request
from sanic.response import HTTPResponse

from guide import metrics
from guide.answers import COUNTRIES, unavailable
from guide.channel.conversation import Dialogues, OnMessage
from guide.channel.limits import Rates, TooMany, client
from guide.channel.output import CHANNEL
from guide.channel.pages import SAFE, File, Pages
from guide.channel.refusal import Refusal
from guide.channel.settings import Settings, read
from guide.channel.tokens import ButtonError, Session, TokenError, Tokens, new_session
from guide.channel.turns import Turns
from guide.database import configured_url
from guide.note import as_html, as_text
from guide.statistics import Statistics
from guide.store import conversations

MOST_BYTES = 16 * 1024
DRAINED_BYTES = 1024 * 1024
"""Of a refused body, what is still taken off the line, so that the client gets to read why it was refused."""
_DESCRIPTION = Path(__file__).with_name("openapi.json").read_bytes()
_COMPONENTS = json.loads(_DESCRIPTION)["components"]
_BODIES = {
    name: Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": _COMPONENTS})
    for name in ("SessionRequest", "MessageRequest", "EndRequest")
}
_API = {**SAFE, "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
_NOTES = {"format=html": (as_html, "text/html", "note.html"), "format=text": (as_text, "text/plain", "note.txt")}

Handler = Callable[[Request], Awaitable[HTTPResponse]]
Result = TypeVar("Result")


class WebChannel(InputChannel):
    """What browsers talk to. credentials.yml names it by its module path."""

    def __init__(self, settings: Settings, pages: Pages | None = None) -> None:
        self._settings, self._pages, self._tokens = settings, pages or Pages(), Tokens(settings.keys)
        self._rates = Rates(settings.rates, settings.redis)
        self._dialogues: Dialogues
        self._working: set[asyncio.Task[Any]] = set()

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> "WebChannel":
        """The channel as credentials.yml and the environment set it up. Raises SettingsError, FolderError."""
        configured_url()  # where it cannot be used, Rasa would say so only later, under a trace
        return cls(read(credentials, os.environ))

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """The channel's addresses. We choose among them ourselves: Sanic would answer a wrong one in text, not JSON."""
        statistics = Statistics() if self._settings.statistics else None
        self._dialogues = Dialogues(self._tokens, on_new_message, Turns(self._settings.redis), statistics)
        routes: dict[str, tuple[str, Handler]] = {
            "session": ("POST", self._api(self._begin)),
            "message": ("POST", self._api(self._message)),
            "history": ("GET", self._api(self._history)),
            "note": ("GET", self._api(self._note)),
            "end": ("POST", self._api(self._end)),
            "openapi.json": ("GET", self._describe),
            "loader.js": ("GET", self._loader),
            "app": ("GET", self._app),
            "demo": ("GET", self._demo),
            "files": ("GET", self._hashed),
        }

        async def serve(request: Request, path: str = "") -> HTTPResponse:
            stream: Any = request.stream
            stream.request_max_size = DRAINED_BYTES
            stream.keep_alive = stream.keep_alive and (stream.request_bytes or 0) <= MOST_BYTES
            name = "files" if path.startswith("files/") else path
            try:
                if name not in routes or path == "files":
                    raise Refusal("not_found")
                method, handler = routes[name]
                if request.method != method and (request.method, method) != ("HEAD", "GET"):
                    raise Refusal("method", {"Allow": method})
                return await handler(request)
            except Refusal as refusal:
                return _refuse(refusal)
            except ButtonError:
                return _refuse(Refusal("bad_request"))
            except TokenError:
                return _refuse(Refusal("token", {"WWW-Authenticate": "Bearer"}))
            except Exception as error:
                metrics.failed("request", f"{name} failed: {type(error).__name__}")
                return _json({"error": "unavailable", "message": unavailable(None)}, 503)

        blueprint = Blueprint(CHANNEL)
        blueprint.listener("after_server_start")(_settle)
        if statistics:
            statistics.run_with(blueprint, lambda app: conversations(app.ctx.agent).database.engine)
        for name, address in (("root", "/"), ("all", "/<path:path>")):
            blueprint.add_route(serve, address, methods=HTTP_METHODS, stream=True, name=name)
        return blueprint

    # What a request has to pass

    def _api(self, handler: Handler) -> Handler:
        async def check(request: Request) -> HTTPResponse:
            origin = request.headers.get("origin")
            if origin is not None and not self._is_own(origin, request):
                raise Refusal("origin")
            await self._count("address", self._address(request))
            stream: Any = request.stream
            if request.method != "POST" and stream.request_body:
                raise Refusal("bad_request")
            if request.query_string and handler != self._note:
                raise Refusal("bad_request")
            return await handler(request)

        return check

    def _is_own(self, origin: str, request: Request) -> bool:
        """Whether a page of ours sent the request. Behind a proxy that ends TLS, the scheme is not known."""
        if self._settings.public_url:
            return origin == self._settings.public_url
        return origin in [f"{scheme}://{request.headers.get('host')}" for scheme in ("http", "https")]

    def _address(self, request: Request) -> str:
        forwarded = request.headers.getall("x-forwarded-for", [])
        return client(request.ip, forwarded, self._settings.trusted_hops)

    async def _count(self, rate: str, who: str) -> None:
        try:
            await self._rates.count(rate, who)
        except TooMany as error:
            raise Refusal("too_many", {"Retry-After": str(error.seconds)}, seconds=error.seconds) from None

    def _session(self, request: Request) -> Session:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise TokenError("missing")
        return self._tokens.session(token.strip(), self._settings.sites)

    async def _body(self, request: Request, kind: str) -> dict[str, Any]:
        """The request's JSON, if it is as the schema `kind` of openapi.json says."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refusal("content_type")
        sent, stream = b"", cast(Any, request.stream)
        try:
            async for part in stream:
                sent += part
                if len(sent) > MOST_BYTES:
                    raise Refusal("too_large")
            body = json.loads(sent.decode())
        except PayloadTooLarge:
            raise Refusal("too_large") from None
        except (InvalidUsage, ValueError, RecursionError):
            raise Refusal("bad_request") from None
        wrong = list(_BODIES[kind].iter_errors(body))
        if any(error.validator == "maxLength" and list(error.path) == ["text"] for error in wrong):
            raise Refusal("too_large")
        if wrong:
            raise Refusal("bad_request")
        return dict(body)

    # The conversation

    async def _begin(self, request: Request) -> HTTPResponse:
        await self._count("sessions", self._address(request))
        body = await self._body(request, "SessionRequest")
        site, country = body.get("site") or self._only_site(), (body.get("country") or "").upper()
        if site not in self._settings.sites:
            raise Refusal("origin" if site else "bad_request")
        session = new_session(site, country if country in COUNTRIES else None)
        return _json(await self._dialogues.begin(_agent(request), session))

    async def _message(self, request: Request) -> HTTPResponse:
        session = self._session(request)
        await self._count("conversation", session.conversation)
        body = await self._body(request, "MessageRequest")
        return _json(await self._to_its_end(self._dialogues.answer(request.app.ctx.agent, session, body)))

    async def _history(self, request: Request) -> HTTPResponse:
        session = self._session(request)
        await self._count("conversation", session.conversation)
        return _json(await self._dialogues.history(_agent(request), session))

    async def _note(self, request: Request) -> HTTPResponse:
        session = self._session(request)
        await self._count("conversation", session.conversation)
        if request.query_string not in _NOTES:
            raise Refusal("bad_request")
        write, media, name = _NOTES[request.query_string]
        note = write(await self._dialogues.known(_agent(request), session), date.today())
        headers = {**_API, "Content-Disposition": f'attachment; filename="{name}"'}
        return HTTPResponse(note, headers=headers, content_type=f"{media}; charset=utf-8")

    async def _end(self, request: Request) -> HTTPResponse:
        """No rate of the conversation stands in the way of its end."""
        session = self._session(request)
        await self._body(request, "EndRequest")
        await self._to_its_end(self._dialogues.end(_agent(request), session))
        return HTTPResponse(status=204, headers=_API)

    async def _to_its_end(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Await what goes on if the client hangs up: that cancels the request, and half a turn may be stored."""
        task = asyncio.get_running_loop().create_task(work)
        self._working.add(task)  # the loop itself may forget a task that nobody has
        task.add_done_callback(self._working.discard)
        return await asyncio.shield(task)

    # The widget

    async def _describe(self, request: Request) -> HTTPResponse:
        return HTTPResponse(_DESCRIPTION, headers=_API, content_type="application/json")

    async def _loader(self, request: Request) -> HTTPResponse:
        return _send(self._pages.loader(), request)

    async def _app(self, request: Request) -> HTTPResponse:
        site = request.args.get("site") or self._only_site()
        if site not in self._settings.sites:
            raise Refusal("not_found")
        return _send(self._pages.app(self._settings.sites[site]), request)

    async def _demo(self, request: Request) -> HTTPResponse:
        if not self._settings.demo:
            raise Refusal("not_found")
        return _send(self._pages.demo(), request)

    async def _hashed(self, request: Request) -> HTTPResponse:
        return _send(self._pages.hashed(request.path.partition("/files/")[2]), request)

    def _only_site(self) -> str:
        """The site that is meant where none is named and there is but one; else none."""
        sites = list(self._settings.sites)
        return sites[0] if len(sites) == 1 else ""


async def _settle(*_: Any) -> None:
    """Take what was loaded, and stays, out of the garbage collector's sight: now and then an answer waited for it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(700)  # as Python has it; guide/lean.py changed it for the start


def _agent(request: Request) -> Agent:
    """The guide. Raises RuntimeError while its model is not loaded."""
    agent: Agent = request.app.ctx.agent
    if not agent.is_ready():
        raise RuntimeError("the model is not loaded")
    return agent


def _refuse(refusal: Refusal) -> HTTPResponse:
    metrics.REFUSED.labels(refusal.code).inc()
    return _json(refusal.body, refusal.status, refusal.headers)


def _json(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> HTTPResponse:
    text = json.dumps(body, ensure_ascii=False)
    return HTTPResponse(text, status, {**_API, **(headers or {})}, "application/json")


def _send(file: File, request: Request) -> HTTPResponse:
    headers = {**SAFE, **file.headers, "Vary": "Accept-Encoding"}
    if file.packed and "gzip" in request.headers.get("accept-encoding", ""):
        return HTTPResponse(file.packed, headers={**headers, "Content-Encoding": "gzip"}, content_type=file.type)
    return HTTPResponse(file.content, headers=headers, content_type=file.type)
