"""Whatever is said gets a reply: every intent, with no form and at each question of the staging form."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent

from guide.dialogue.memory import FORMS
from tests.conftest import ROOT, ActionServer
from tests.talk import Talk

INTENTS = [i for i in yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"] if i != "nlu_fallback"]
YES = '/inform{"diagnosed":"yes"}'
ON_THE_WAY = {  # what brings a form to each question
    "diagnosed": ["/suggest_stage"],
    "regions_told": ["/suggest_stage", YES],
    "regions_checked": ["/suggest_stage", YES, '/inform{"bulbar":"affected"}'],
    "gastrostomy": ["/suggest_stage", YES, '/inform{"bulbar":"affected"}', "/deny"],
    "niv": ["/suggest_stage", YES, '/inform{"bulbar":"affected"}', "/deny", '/inform{"gastrostomy":"no"}'],
    "movement": ["/suggest_mitos", YES],
    "swallowing": ["/suggest_mitos", YES, "/deny"],
    "communicating": ["/suggest_mitos", YES, "/deny", "/affirm"],
    "breathing": ["/suggest_mitos", YES, "/deny", "/affirm", "/not_sure"],
    "scores": ["/give_scores", YES],
}


def test_the_way_to_every_question_is_known() -> None:
    assert set(ON_THE_WAY) == {slot for slots in FORMS.values() for slot in slots}


@pytest.mark.parametrize("slot", [None, *ON_THE_WAY])
def test_every_intent_gets_a_reply(
    slot: str | None, agent: Agent, action_server: ActionServer, run: Callable[..., Any]
) -> None:
    action_server.become("up")
    for intent in INTENTS:
        talk = Talk(agent)
        for step in ON_THE_WAY[slot] if slot else []:
            run(talk.say(step))
        if slot:
            assert run(talk.slots())["requested_slot"] == slot
        reply = run(talk.say(f"/{intent}"))
        assert reply.text.strip(), f"{intent} at {slot}"
        assert "{" not in reply.text, f"{intent} at {slot}: {reply.text}"
