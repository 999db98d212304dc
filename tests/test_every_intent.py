"""Whatever is said gets a reply: every intent, with no form and at each question of the staging form."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent

from guide.dialogue.memory import QUESTIONS
from tests.conftest import ROOT, ActionServer
from tests.talk import Talk

INTENTS = [i for i in yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"] if i != "nlu_fallback"]
ON_THE_WAY = {  # what brings the form to each question
    "diagnosed": [],
    "regions_told": ['/inform{"diagnosed":"yes"}'],
    "regions_checked": ['/inform{"diagnosed":"yes"}', '/inform{"bulbar":"affected"}'],
    "gastrostomy": ['/inform{"diagnosed":"yes"}', '/inform{"bulbar":"affected"}', "/deny"],
    "niv": ['/inform{"diagnosed":"yes"}', '/inform{"bulbar":"affected"}', "/deny", '/inform{"gastrostomy":"no"}'],
}


def test_the_way_to_every_question_is_known() -> None:
    assert set(ON_THE_WAY) == set(QUESTIONS)


@pytest.mark.parametrize("slot", [None, *QUESTIONS])
def test_every_intent_gets_a_reply(
    slot: str | None, agent: Agent, action_server: ActionServer, run: Callable[..., Any]
) -> None:
    action_server.become("up")
    for intent in INTENTS:
        talk = Talk(agent)
        for step in ["/suggest_stage", *ON_THE_WAY[slot]] if slot else []:
            run(talk.say(step))
        if slot:
            assert run(talk.slots())["requested_slot"] == slot
        reply = run(talk.say(f"/{intent}"))
        assert reply.text.strip(), f"{intent} at {slot}"
        assert "{" not in reply.text, f"{intent} at {slot}: {reply.text}"
