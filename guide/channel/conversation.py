"""What happens in a conversation: it begins, is answered, shown again, summed up, and erased."""

import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from guide import metrics
from guide.channel import history
from guide.channel.output import CHANNEL, Message, Replies, Sign, as_message, place, sorry
from guide.channel.tokens import LIFETIME, Session, TokenError, Tokens
from guide.channel.turns import Turns
from guide.database import Ended
from guide.dialogue.memory import REGIONS
from guide.phrases import PHRASES
from guide.statistics import Statistics
from guide.store import conversations

OnMessage = Callable[[UserMessage], Awaitable[Any]]

_ORDERS = re.compile(r"^[\s/]+")
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")


class Dialogues:
    """All conversations of this process. A request waits for those of its conversation that came before.

    Every method raises TokenError where the conversation has ended.
    """

    def __init__(
        self, tokens: Tokens, on_message: OnMessage, turns: Turns, statistics: Statistics | None = None
    ) -> None:
        self._tokens, self._on_message, self._turns, self._statistics = tokens, on_message, turns, statistics

    async def begin(self, agent: Agent, session: Session) -> dict[str, Any]:
        """A token and the greeting. Nothing is stored before the person says something."""
        opening = {"messages": [await self._opening(agent, session)]}
        token = self._tokens.issue(session)
        metrics.CONVERSATIONS.inc()
        return {"token": token, "expires_in": LIFETIME, **place(session.country), "opening": opening}

    async def answer(self, agent: Agent, session: Session, body: Mapping[str, Any]) -> dict[str, Any]:
        """All replies to what the person wrote or chose. `body`: MessageRequest of openapi.json.

        A message that is sent `again`, since its answer was lost on the way, gets the replies it got before, if it did.
        Whatever fails inside, the person reads what was said until then, that something went wrong, and the emergency
        number. Raises ButtonError for a button that is not of this conversation.
        """
        began = time.perf_counter()
        text, shown = self._said(session, body)
        replies, failed = Replies(), ""
        metadata = {"country": session.country, history.SHOWN: shown, history.ID: body.get("id")}
        message = UserMessage(text, replies, session.conversation, input_channel=CHANNEL, metadata=metadata)
        async with self._turn(agent, session):
            try:
                if body.get("again"):
                    replies.replies = await self._replies_to(agent, session, body["id"])
                if not replies.replies:
                    await self._on_message(message)
            except Exception as error:
                failed = type(error).__name__
        told = replies.replies
        country = told[-1].get("country", session.country) if told else session.country
        answer = {"messages": [as_message(reply, self._signer(session)) for reply in told], **place(country)}
        if failed or not told:
            metrics.failed("answer", f"A message was not answered: {failed or 'no reply'}")
            answer["messages"].append(sorry(country, time.time()))
            answer["error"] = "unavailable"
        self._count(message, body, told, time.perf_counter() - began)
        return answer

    async def history(self, agent: Agent, session: Session) -> dict[str, Any]:
        """The conversation so far, from the greeting on."""
        async with self._turn(agent, session):
            tracker = await conversations(agent).retrieve_full_tracker(session.conversation)
        events = list(tracker.events) if tracker else []
        told = history.messages(events, self._signer(session))
        country = history.country(events, session.country)
        return {"messages": [await self._opening(agent, session), *told], **place(country)}

    async def known(self, agent: Agent, session: Session) -> dict[str, Any]:
        """What the person told: the conversation's slots."""
        async with self._turn(agent, session):
            tracker = await conversations(agent).retrieve(session.conversation)
        return dict(tracker.current_slot_values()) if tracker else {}

    async def end(self, agent: Agent, session: Session) -> None:
        """Erase the conversation from the store, and take its token no more. Raises StoreError where it cannot be."""
        async with self._turn(agent, session):
            await conversations(agent).erase(session.conversation)
        metrics.ENDED.inc()

    def _count(self, message: UserMessage, body: Mapping[str, Any], told: list[dict[str, Any]], seconds: float) -> None:
        """For metrics and statistics. A message that was sent again, and got its old replies, is not counted again."""
        understood = message.parse_data or {}
        if told and not understood:
            return
        intents = understood.get("parts") or [understood["intent"]["name"]] if understood else []
        replies = [reply.get("utter_action", "") for reply in told]
        metrics.answered(next(how for how in metrics.HOWS if how in body), seconds, intents, replies)
        if self._statistics:
            self._statistics.add(intents, replies, next(iter(understood.get("nearest") or []), None))

    async def _replies_to(self, agent: Agent, session: Session, name: Any) -> list[dict[str, Any]]:
        tracker = await conversations(agent).retrieve_full_tracker(session.conversation)
        return history.replies_to(tracker.events, name) if tracker else []

    @asynccontextmanager
    async def _turn(self, agent: Agent, session: Session) -> AsyncIterator[None]:
        """Wait for the requests of the conversation that came before. Raises TokenError if it has ended."""
        async with self._turns.of(session.conversation):
            try:
                async with conversations(agent).turn(session.conversation):
                    yield
            except Ended:
                raise TokenError("ended") from None

    async def _opening(self, agent: Agent, session: Session) -> Message:
        """The greeting, made beside the conversation: the person has said nothing that it would answer."""
        tracker = DialogueStateTracker(session.conversation, agent.domain.slots)
        tracker.update(SlotSet("country", session.country))
        return as_message(await agent.nlg.generate("utter_welcome", tracker, CHANNEL), self._signer(session))

    def _said(self, session: Session, body: Mapping[str, Any]) -> tuple[str, str]:
        """What Rasa gets, and how it is shown. What people type is text, never an order: those begin with a slash."""
        if "button" in body:
            title, payload = self._tokens.press(session.conversation, body["button"])
            return payload, title
        if "regions" in body:
            regions = {region: body["regions"].get(region, "unaffected") for region in REGIONS}
            names, findings = PHRASES["regions"], PHRASES["findings"]
            shown = "; ".join(f"{names[region]}: {findings[finding]}" for region, finding in regions.items())
            return f"/inform{json.dumps(regions)}", shown
        typed = _HALF_CHARACTERS.sub("\ufffd", body["text"])  # an emoji cut in two: no file or database takes it
        return _ORDERS.sub("", typed), typed

    def _signer(self, session: Session) -> Sign:
        return lambda title, payload: self._tokens.button(session.conversation, title, payload)
