"""A conversation with the trained guide, in process: what tests and people at a keyboard need to hold one."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


@dataclass
class Reply:
    """What a message got: the replies' names, whole text, payloads of buttons, and titles of buttons by reply."""

    names: list[str] = field(default_factory=list)
    text: str = ""
    payloads: list[str] = field(default_factory=list)
    titles: list[list[str]] = field(default_factory=list)


class Talk:
    """One conversation."""

    def __init__(self, agent: Agent, channel: str = "rest", metadata: dict[str, Any] | None = None) -> None:
        self.agent, self.channel, self.metadata, self.id = agent, channel, metadata, uuid.uuid4().hex

    async def say(self, text: str) -> Reply:
        """Send a message and wait for all replies."""
        message = UserMessage(
            text, CollectingOutputChannel(), self.id, input_channel=self.channel, metadata=self.metadata
        )
        await self.agent.handle_message(message)
        events = list((await self.tracker()).events)
        # What came after the person's words; where a new session began at the end of the turn, they are gone with it.
        spoke = max((i for i, event in enumerate(events) if isinstance(event, UserUttered)), default=0)
        said = [event for event in events[spoke:] if isinstance(event, BotUttered)]
        texts, buttons = [e.text or "" for e in said], [b for e in said for b in e.data.get("buttons") or []]
        return Reply(
            [e.metadata.get("utter_action", "") for e in said],
            "\n".join(texts),
            [b["payload"] for b in buttons],
            [[b["title"] for b in e.data.get("buttons") or []] for e in said],
        )

    async def tracker(self) -> DialogueStateTracker:
        """The conversation as the store has it."""
        return await self.agent.tracker_store.get_or_create_tracker(self.id)

    async def slots(self) -> dict[str, Any]:
        """What is known."""
        return (await self.tracker()).current_slot_values()
