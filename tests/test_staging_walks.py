"""Random walks through the real forms: whatever is said in whatever order, the result is that of the rule.

What was said last is kept by a model of its own, simpler than guide.dialogue.memory: after each step a result has to
be what guide.staging makes of it, nobody undiagnosed is shown a stage, the neurologist is named, and no question is put
in the same words three times.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.agent import Agent
from rasa.shared.core.events import BotUttered

from guide.staging import FunctionReport, RegionReport, kings_stage, mitos_stage
from tests.conftest import ActionServer
from tests.talk import Talk

REGIONS = ("bulbar", "upper_limb", "lower_limb")
FUNCTIONS = ("movement", "swallowing", "communicating", "breathing")
OPEN = {  # what a plain answer says of the slot that is asked for
    "diagnosed": {"/affirm": "yes", "/deny": "no"},
    "gastrostomy": {"/affirm": "needed", "/deny": "no"},
    "niv": {"/affirm": "needed", "/deny": "no"},
    "regions_checked": {"/affirm": "affected", "/deny": "unaffected"},
    **{name: {"/affirm": "lost", "/deny": "kept"} for name in FUNCTIONS},
}
SAID: dict[str, dict[str, str]] = {  # what a message tells, word by word
    '/inform{"diagnosed":"yes"}': {"diagnosed": "yes"},
    '/inform{"diagnosed":"no"}': {"diagnosed": "no"},
    '/inform{"diagnosed":"unknown"}': {"diagnosed": "unknown"},
    '/suggest_stage{"diagnosed":"yes"}': {"diagnosed": "yes"},
    **{f'/inform{{"{region}":"affected"}}': {region: "affected"} for region in REGIONS},
    **{
        f'/inform{{"{slot}":"{value}"}}': {slot: value}
        for slot in ("gastrostomy", "niv")
        for value in ("in_place", "needed", "declined", "stopped", "no", "unknown")
    },
    '/inform{"bulbar":"unaffected","upper_limb":"affected","lower_limb":"unaffected"}': {
        "bulbar": "unaffected",
        "upper_limb": "affected",
        "lower_limb": "unaffected",
    },
    "her legs are weak": {"lower_limb": "affected"},
    "he can't lift his arms": {"upper_limb": "affected"},
    "her legs are fine": {"lower_limb": "unaffected"},
    "just the legs": {"lower_limb": "affected", "bulbar": "unaffected", "upper_limb": "unaffected"},
    "she has a feeding tube": {"gastrostomy": "in_place"},
    "they took the tube out again": {"gastrostomy": "stopped"},
    "no mask": {"niv": "no"},
}
BESIDE = ("is there a cure?", "thanks", "why do you ask?", "xkcd qwrt", "what if she needs the mask?", "/ask_what_next")
MOVES = (
    "/affirm",
    "/deny",
    "/not_sure",
    "/skip",
    "/go_back",
    "/stop",
    "/suggest_stage",
    "/suggest_mitos",
    "/start_over",
)
DANGER = ("I can't breathe", "I want to die")
STEPS = st.lists(
    st.one_of(st.sampled_from([*SAID]), st.sampled_from(MOVES), st.sampled_from(BESIDE), st.sampled_from(DANGER)),
    min_size=4,
    max_size=14,
)
RESULTS = {"utter_kings_stage", "utter_kings_range", "utter_kings_none", "utter_kings_unknown", "utter_mitos_stage"}


class Model:
    """What was said last."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}

    def hear(self, text: str, asked: str | None) -> None:
        facts = dict(SAID.get(text, {}))
        if text == "just the legs" and asked == "regions_checked":
            facts = {r: "unaffected" for r in REGIONS if r not in self.told} | {"lower_limb": "affected"}
        if text == "/start_over":
            self.told = {}
        elif asked in OPEN and text in (*OPEN[asked], "/not_sure", "/skip"):
            value = OPEN[asked].get(text, "unknown")
            slots = [r for r in REGIONS if r not in self.told] if asked == "regions_checked" else [asked]
            facts = dict.fromkeys(slots, value)
        elif asked == "regions_told" and text in ("/not_sure", "/skip"):
            facts = {r: "unknown" for r in REGIONS if r not in self.told}
        self.told |= facts
        if asked == "regions_checked" and {*facts} & {*REGIONS}:
            self.told = dict.fromkeys(REGIONS, "unknown") | self.told


def form_questions(names: list[str]) -> list[str]:
    return [name for name in names if name.startswith("utter_ask_") and name.removeprefix("utter_ask_") in FORM_SLOTS]


FORM_SLOTS = {*OPEN, "regions_told", "mitos_form_diagnosed"}


@pytest.mark.parametrize("start", ["/suggest_stage", '/suggest_stage{"diagnosed":"yes"}', "/suggest_mitos"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_is_said_the_result_is_that_of_the_rule(
    start: str, steps: list[str], agent: Agent, action_server: ActionServer, run: Callable[..., Any]
) -> None:
    action_server.become("up")
    talk, model = Talk(agent), Model()
    texts: list[str] = []
    asked: str | None = None
    for step in [start, *steps]:
        before = run(talk.slots())
        open_form = run(talk.tracker()).active_loop_name
        asked = before.get("requested_slot") if open_form else None
        reply = run(talk.say(step))
        slots = run(talk.slots())
        if step == "/go_back":  # the model follows what was taken back, and checks the rest of it
            gone = {name for name, value in before.items() if value is not None and slots.get(name) is None}
            assert len(gone - {"regions_told", "regions_checked", "requested_slot", "in_vain", "in_between"}) <= 1
            model.told = {name: value for name, value in model.told.items() if name not in gone}
        else:
            model.hear(step, asked)
        known = {name: slots[name] for name in (*REGIONS, "gastrostomy", "niv", *FUNCTIONS, "diagnosed")}
        assert known == {name: model.told.get(name) for name in known}, (step, steps)

        results = RESULTS & {*reply.names}
        if results or re.search(r"fits? (?:for your \w+ )?(?:King's|MiToS) stage|would fit", reply.text):
            assert model.told.get("diagnosed") == "yes", reply.text
        if results:
            assert "Only the neurologist can say which stage it is" in reply.text
            said = [e for e in run(talk.tracker()).events if isinstance(e, BotUttered)]
            staging = next(e.metadata["staging"] for e in reversed(said) if "staging" in e.metadata)
            if "possible" in staging:
                expected = kings_stage(RegionReport.of(model.told)).possible
                assert staging["possible"] == [stage.value for stage in expected]
            else:
                assert staging["mitos"] == [s.value for s in mitos_stage(FunctionReport.of(model.told)).possible]
        if step in DANGER:
            assert run(talk.tracker()).active_loop_name is None
            assert not results

        learnt = any(before.get(name) != slots.get(name) for name in (*known, "regions_told"))
        if learnt or not open_form or step.startswith(("/go_back", "/suggest", "/start_over")):
            texts = []  # answered, or asked for anew
        if form_questions(reply.names):
            texts.append(reply.text.rpartition("\n")[2])
        assert all(texts.count(text) <= 2 for text in texts), texts
