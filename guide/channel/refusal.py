"""Why a request is not served, as the client is told."""

from typing import Any

from guide.phrases import PHRASES

STATUS = {
    "bad_request": 400,
    "token": 401,
    "origin": 403,
    "not_found": 404,
    "method": 405,
    "too_large": 413,
    "content_type": 415,
    "too_many": 429,
    "unavailable": 503,
}


class Refusal(Exception):  # noqa: N818 - it is an answer, not an accident
    """A request that is not served. `code`: what was wrong, as guide/channel/openapi.json names it."""

    def __init__(self, code: str, headers: dict[str, str] | None = None, **values: Any) -> None:
        super().__init__(code)
        self.code, self.status, self.headers = code, STATUS[code], headers or {}
        self.body = {"error": code, "message": PHRASES["refusals"][code].format(**values)}
