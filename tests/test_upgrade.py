"""A conversation that an older guide stored goes on with this one, though it names what is no longer there.

Not so a form (docs/releasing.md): Rasa then cannot answer at all.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from tests.conftest import ActionServer
from tests.talk import Talk

OLD: dict[str, list[Event]] = {
    "slot": [SlotSet("a_slot_that_is_gone", "affected")],
    "intent": [
        UserUttered("hello", {"name": "an_intent_that_is_gone", "confidence": 1.0}),
        ActionExecuted("action_listen"),
    ],
    "action": [ActionExecuted("action_that_is_gone"), ActionExecuted("action_listen")],
    "reply": [ActionExecuted("utter_gone"), BotUttered("What was said then."), ActionExecuted("action_listen")],
}


@pytest.mark.parametrize("gone", OLD)
def test_a_conversation_goes_on_though_something_it_names_is_gone(
    gone: str, agent: Agent, action_server: ActionServer, run: Callable[..., Any]
) -> None:
    action_server.become("up")
    talk = Talk(agent)
    events = [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        ActionExecuted("action_listen"),
        UserUttered("her arms are weak", {"name": "inform", "confidence": 1.0}),
        SlotSet("upper_limb", "affected"),
        ActionExecuted("action_listen"),
        *OLD[gone],
    ]
    for event in events:
        event.timestamp = time.time()
    run(agent.tracker_store.save(DialogueStateTracker.from_events(talk.id, events, agent.domain.slots)))
    assert "there is no cure for ALS" in run(talk.say("is there a cure?")).text
    staged = run(talk.say("she was diagnosed. speech and legs are fine, no tube, no mask. What stage?"))
    assert "King's stage 1" in staged.text
