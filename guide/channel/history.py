"""A conversation as both sides saw it, from the events that Rasa stores."""

from collections.abc import Iterable
from typing import Any

from rasa.shared.core.events import BotUttered, Event, UserUttered

from guide.channel.output import Message, Sign, as_message, said

SHOWN = "shown"
"""In a message's metadata: how it is shown, where that is not its text (the title of a button)."""
ID = "id"
"""In a message's metadata: the name that the client gave it, to know it again when it is sent once more."""


def messages(events: Iterable[Event], sign: Sign) -> list[Message]:
    """All messages of a conversation, in order, the buttons signed anew."""
    told: list[Message] = []
    for event in events:
        if isinstance(event, BotUttered):
            told.append(as_message(event.message(), sign))
        elif isinstance(event, UserUttered):
            told.append(said(event.metadata.get(SHOWN) or event.text or "", event.timestamp))
    return told


def replies_to(events: Iterable[Event], name: str) -> list[dict[str, Any]]:
    """The replies to the message that the client named so, as BotUttered.message() has them; none if it never came."""
    told: list[dict[str, Any]] = []
    meant = False
    for event in events:
        if isinstance(event, UserUttered):
            meant = event.metadata.get(ID) == name
        elif meant and isinstance(event, BotUttered):
            told.append(event.message())
    return told


def country(events: Iterable[Event], default: str | None) -> str | None:
    """The country that the guide's last reply spoke of: people may name another one than the site did."""
    spoke = [
        event.metadata["country"] for event in events if isinstance(event, BotUttered) and "country" in event.metadata
    ]
    return spoke[-1] if spoke else default
