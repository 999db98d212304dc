"""Replies as the widget gets them: one reply, one JSON message."""

from collections.abc import Callable, Mapping
from typing import Any

from rasa.core.channels.channel import OutputChannel

from guide.answers import emergency_numbers, unavailable
from guide.dialogue.memory import DANGER
from guide.phrases import PHRASES, SOURCES

CHANNEL = "guide"
Message = dict[str, Any]
Sign = Callable[[str, str], str]
"""From a button's title and payload to its signed payload."""

_LEVELS = {f"utter_{level}": level for level in DANGER}
_ASIDE = {(title, f"/{intent}") for intent, title in PHRASES["aside"].items()}
"""What every question of a form offers beside its answers."""


class Replies(OutputChannel):
    """Collects the replies of a turn whole. (Rasa's own collector splits texts at blank lines and drops metadata.)"""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.replies.append(message)


def as_message(reply: Mapping[str, Any], sign: Sign) -> Message:
    """A reply, as `BotUttered.message()` has it, for the widget: what openapi.json calls GuideMessage."""
    metadata = reply.get("metadata") or {}
    return {
        "id": f"{reply.get('timestamp', 0):.6f}",
        "from": "guide",
        "text": reply.get("text") or "",
        "buttons": [_button(button, sign) for button in reply.get("buttons") or []],
        "sources": [_source(SOURCES[key]) for key in metadata.get("sources", [])],
        "reviewed": metadata["reviewed"][:7] if "reviewed" in metadata else None,
        "table": metadata["table"] if metadata.get("table", {}).get("rows") else None,
        "ask": "regions" if "regions" in reply else None,
        "regions": reply.get("regions") or None,
        "staging": _staging(reply["staging"]) if "staging" in reply else None,
        "note": bool(metadata.get("note")),
        "level": _LEVELS.get(reply.get("utter_action", "")),
        "calls": reply.get("calls") or [],
    }


def sorry(country: str | None, when: float) -> Message:
    """What is said where an answer cannot be made."""
    return as_message({"text": unavailable(country), "timestamp": when}, lambda title, payload: payload)


def said(text: str, when: float) -> Message:
    """What a person wrote or chose."""
    return {"id": f"{when:.6f}", "from": "person", "text": text}


def place(country: str | None) -> dict[str, Any]:
    """A country and its emergency numbers."""
    return {"country": country, "emergency": [{"label": n, "tel": n} for n in emergency_numbers(country)]}


def _button(button: Mapping[str, str], sign: Sign) -> dict[str, Any]:
    title, payload = button["title"], button["payload"]
    return {"title": title, "payload": sign(title, payload), "aside": (title, payload) in _ASIDE}


def _source(source: Mapping[str, str]) -> dict[str, str]:
    """`-` stands in data/sources.yml for what is not known."""
    return {part: "" if source[part] == "-" else source[part] for part in ("title", "publisher", "url", "date")}


def _staging(staging: Mapping[str, Any]) -> dict[str, Any]:
    drawn = ("possible", "mitos")
    return {
        "kings": [stage for stage in staging.get("possible", []) if stage != "none"],
        "mitos": list(staging.get("mitos", [])),
        "reasons": {name: value for name, value in staging.items() if name not in drawn},
    }
