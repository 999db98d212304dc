"""What clients hold and cannot forge: a session's token, and the payloads of its buttons."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

import jwt

LIFETIME = 24 * 60 * 60
"""Seconds that a token is good for: as long as a conversation goes on (domain.yml: session_expiration_time)."""
AUDIENCE = "als-guide"
_CHECKED: Any = {"require": ["sub", "aud", "site", "iat", "exp"], "verify_iat": False}
"""Not that a token was issued in the past: a clock that was set back would end every conversation."""


class TokenError(Exception):
    """A token that is not ours, or whose conversation is over."""


class ButtonError(Exception):
    """A button that was not offered in this conversation."""


@dataclass(frozen=True)
class Session:
    """Whose conversation it is: nobody's name, but 192 random bits; on which site; in which country (ISO code)."""

    conversation: str
    site: str
    country: str | None


def new_session(site: str, country: str | None) -> Session:
    return Session(secrets.token_urlsafe(24), site, country)


class Tokens:
    """Signs and verifies. `keys`: the first signs, all verify."""

    def __init__(self, keys: Iterable[str]) -> None:
        secrets_ = list(keys)
        self._sessions = [_derived(key, "session") for key in secrets_]
        self._buttons = [_derived(key, "button") for key in secrets_]

    def issue(self, session: Session) -> str:
        """The token of a session."""
        now = int(time.time())
        claims = {"sub": session.conversation, "aud": AUDIENCE, "site": session.site, "country": session.country}
        return jwt.encode({**claims, "iat": now, "exp": now + LIFETIME}, self._sessions[0], algorithm="HS256")

    def session(self, token: str, sites: Container[str]) -> Session:
        """The session that a token was issued for. Raises TokenError: forged, expired, of another audience or site."""
        if not token.isascii():
            raise TokenError("no token")
        for key in self._sessions:
            try:
                claims = jwt.decode(token, key, algorithms=["HS256"], audience=AUDIENCE, options=_CHECKED)
            except jwt.InvalidSignatureError:
                continue
            except jwt.InvalidTokenError as error:
                raise TokenError(type(error).__name__) from None
            if claims["site"] not in sites:
                raise TokenError("another site")
            return Session(claims["sub"], claims["site"], claims.get("country"))
        raise TokenError("another key")

    def button(self, conversation: str, title: str, payload: str) -> str:
        """A button's order, good in this conversation alone. It carries the title that its press is shown as."""
        order = _encode(json.dumps([title, payload], ensure_ascii=False).encode())
        return f"{order}.{_signature(self._buttons[0], conversation, order)}"

    def press(self, conversation: str, signed: str) -> tuple[str, str]:
        """Title and payload of a button. Raises ButtonError where we did not sign it for this conversation."""
        order, _, signature = signed.partition(".")
        if not signed.isascii() or not any(
            hmac.compare_digest(_signature(key, conversation, order), signature) for key in self._buttons
        ):
            raise ButtonError
        title, payload = json.loads(base64.urlsafe_b64decode(order + "=" * (-len(order) % 4)))
        return title, payload


def _derived(key: str, purpose: str) -> bytes:
    """A key of its own for each purpose, so that a signature made for one never fits another."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).digest()


def _signature(key: bytes, conversation: str, order: str) -> str:
    return _encode(hmac.new(key, f"{conversation}\n{order}".encode(), hashlib.sha256).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
