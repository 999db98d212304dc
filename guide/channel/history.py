"""A conversation as both sides saw it, from the events that Rasa stores."""

from collections.abc import Iterable

from rasa.shared.core.events import BotUttered, Event, UserUttered

from guide.channel.output import Message, Sign, as_message, said

SHOWN = "shown"
"""In a message's metadata: how it is shown, where that is not its text (the title of a button)."""


def messages(events: Iterable[Event], sign: Sign) -> list[Message]:
    """All messages of a conversation, in order, the buttons signed anew."""
    told: list[Message] = []
    for event in events:
        if isinstance(event, BotUttered):
            told.append(as_message(event.message(), sign))
        elif isinstance(event, UserUttered):
            told.append(said(event.metadata.get(SHOWN) or event.text or "", event.timestamp))
    return told


def country(events: Iterable[Event], default: str | None) -> str | None:
    """The country that the guide's last reply spoke of: people may name another one than the site did."""
    spoke = [
        event.metadata["country"] for event in events if isinstance(event, BotUttered) and "country" in event.metadata
    ]
    return spoke[-1] if spoke else default
