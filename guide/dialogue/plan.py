"""What a turn gets as replies, and in which order: danger first, then each question asked, then the open form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guide.dialogue.memory import FORMS, HARD, REGIONS, STAGING
from guide.intents import is_topic

LEAVE, FORM, SUGGEST = "action_deactivate_loop", "staging_form", "action_suggest_stage"
RESULTS = {FORM: SUGGEST, "mitos_form": "action_suggest_mitos", "scores_form": "action_read_scores"}
"""What says the result of each form, once nothing is left to ask."""
STARTS = {"suggest_stage": FORM, "suggest_mitos": "mitos_form", "give_scores": "scores_form"}
"""The intents that open a form."""
UNDIAGNOSED, HELP = "utter_not_diagnosed", "utter_help_comes_first"
OFFERS = frozenset(["utter_emergency", "utter_crisis", HELP, UNDIAGNOSED, "utter_inform", "utter_other_person"])
"""Replies that ask something outside a form: the next message may be a mere "yes"."""
LINES = "utter_lines_to_call"
"""Whom to call, below an answer: what is said may have more behind it."""
PATIENCE = 3
"""So often an open question is put again, each time in other words, before it is left alone."""
ANSWERS = frozenset(["inform", "affirm", "deny", "not_sure", "skip"])
STAGES = frozenset(["ask_stages", "ask_kings_staging", "ask_mitos"])
"""Topics of which "why?" asks for the rule of the stages."""
FOLLOW_UPS = frozenset(["ask_more", "ask_simpler", "ask_follow_up"])
UNCLEAR = frozenset(["inform", "nlu_fallback", "out_of_scope"])
LEAVING = frozenset(["stop", "goodbye", "delete_my_data"])


@dataclass(frozen=True)
class Turn:
    """What decides a turn's replies: all as it was when the message came, but `slots`, which has what it told.

    `parts`: intents said, in order. `asks`: some part is a question. `learnt`: names of the slots the message set.
    `form`: the form that was open, and `asked`, the slot it asked for. `offered`: the last reply, which may have
    offered something that "yes" accepts. `by_country`: the last topic's reply depends on the country, so that naming
    one asks for it again. `torn`: two topics are nearly equally likely. `repeats`: it tells what is known already.
    `other_person`: it speaks of somebody else than was staged. `doubtful`: there may be a crisis behind it, and the
    lines to call were not named lately.
    """

    parts: tuple[str, ...]
    slots: Mapping[str, Any] = field(default_factory=dict)
    learnt: frozenset[str] = frozenset()
    asks: bool = False
    form: str | None = None
    asked: str | None = None
    offered: str = ""
    by_country: bool = False
    torn: bool = False
    repeats: bool = False
    other_person: bool = False
    doubtful: bool = False
    problem: str | None = None
    """Why the scores that it gives are none: an id of guide.language.scores."""


def plan(turn: Turn) -> list[str] | None:
    """The actions of a turn, in order, without the final listening. None: one plain reply, by its rule in data/."""
    parts = {*turn.parts}
    leave = [LEAVE] if turn.form else []
    if "crisis" in parts:
        return ["utter_crisis", *leave]
    questions = [part for part in turn.parts if is_topic(part)]
    if _told(turn) and (turn.form or _result(turn)):
        questions = []  # an answer or a correction that merely sounds like a topic
    if "emergency" in parts:
        questions = [question for question in questions if question not in HARD]
        return ["utter_emergency", *(f"utter_{question}" for question in questions[:3]), *leave]
    if turn.other_person:
        return ["utter_other_person", *leave]
    replies = _replies(turn, questions[:3])
    if LEAVING & parts:
        return [*replies, *leave]
    if turn.asked == "scores" and {"skip", "not_sure"} & parts and "urgent_today" not in parts:
        return ["utter_stop", *leave]
    if turn.offered in ("utter_emergency", "utter_crisis", HELP) and parts <= {"affirm", "deny", "not_sure"}:
        return [HELP]
    if turn.offered == "utter_emergency" and parts <= UNCLEAR and not turn.learnt & {*STAGING}:
        return [HELP]  # "he's on the kitchen floor"
    form = _form(turn)
    if form:
        staging = _staging(turn, form)
        explained = {"utter_worry_undiagnosed"} if UNDIAGNOSED in staging else set()  # it says the same
        return [*(reply for reply in replies if reply not in explained), *staging]
    if not replies and _told(turn) and turn.slots.get("diagnosed") in ("no", "unknown"):
        return [UNDIAGNOSED]
    if not replies and turn.parts == ("inform",) and not turn.repeats and not turn.learnt & {*STAGING}:
        return ["utter_heard"]  # what it tells is no answer to the staging
    if replies == [f"utter_{turn.parts[0]}"] or (not replies and turn.parts[0] in ANSWERS):
        return None
    return replies or ["utter_inform"]


def with_lines(actions: list[str]) -> list[str]:
    """The actions of a turn with the crisis lines after what is answered, before the staging goes on."""
    place = next((at for at, action in enumerate(actions) if not action.startswith("utter_")), len(actions))
    return [*actions[:place], LINES, *actions[place:]]


def _replies(turn: Turn, questions: list[str]) -> list[str]:
    """What is said before the staging goes on."""
    if "urgent_today" in turn.parts:
        return ["utter_urgent_today", *(f"utter_{question}" for question in questions)]
    if questions and turn.torn and not turn.form:
        return ["utter_which_one"]
    if questions:
        return [f"utter_{question}" for question in questions]
    if turn.problem:
        return [f"utter_scores_{turn.problem}"]
    if turn.form and "ask_why" in turn.parts:
        return [f"utter_why_{turn.asked}"]
    silent = {*ANSWERS, *STARTS, "nlu_fallback", *(["go_back", "out_of_scope"] if turn.learnt & {*STAGING} else [])}
    talk = [p for p in turn.parts if not is_topic(p) and p not in silent]
    if "country" in turn.learnt and (not talk or talk[0] in ("tell_country", "out_of_scope")):
        return ["utter_tell_country", *([f"utter_{turn.slots['topic']}"] if turn.by_country else [])]
    if turn.form and turn.repeats and not talk and not turn.learnt & {*STAGING}:
        return ["utter_known"]
    if turn.form and not talk and not turn.learnt & {*STAGING} and not {*STARTS} & {*turn.parts}:
        return ["utter_not_understood"] if (turn.slots.get("in_vain") or 0) <= PATIENCE else []
    told_nothing = turn.parts == ("inform",) and turn.asks and not turn.form
    if ("nlu_fallback" in turn.parts or told_nothing) and not turn.learnt - {"in_vain"}:
        return ["utter_fallback"]
    about = turn.offered.removeprefix("utter_")
    if talk[:1] == ["ask_why"] and about == "ask_more":
        return ["utter_ask_follow_up"]  # more there is not: which part is meant?
    about = turn.slots.get("topic") or "" if about in FOLLOW_UPS else about
    if talk[:1] == ["ask_why"] and is_topic(about) and about not in STAGES:
        return ["utter_ask_more"]  # why that, and not why that stage
    return [f"utter_{part}" for part in talk[:1]]


def _form(turn: Turn) -> str | None:
    """The form that goes on after this turn's replies: one asked for, the open one, or that of a corrected result."""
    wanted = next((STARTS[part] for part in turn.parts if part in STARTS), None)
    if wanted and not (turn.problem == "total" and not turn.form):  # that is explained, and the twelve scores offered
        return wanted
    confirmed = "diagnosed" in turn.learnt and turn.slots.get("diagnosed") == "yes"
    if (turn.offered == "utter_inform" and "affirm" in turn.parts) or (turn.offered == UNDIAGNOSED and confirmed):
        return FORM
    if turn.form:
        return turn.form
    if "go_back" in turn.parts and turn.learnt & {*STAGING}:
        return next(form for form, slots in reversed(FORMS.items()) if turn.learnt & {*slots})
    if "start_over" in turn.parts and turn.slots.get("person"):
        return FORM
    return _result(turn) if _told(turn) else None


def _told(turn: Turn) -> bool:
    """Whether the message told something for the staging, and asked nothing beside it."""
    forgot = {"start_over", "delete_my_data", "go_back"} & {*turn.parts}
    return bool(turn.learnt & {*STAGING}) and not turn.asks and not forgot


def _result(turn: Turn) -> str | None:
    """The form that has all its answers, and of which the message told something: its result is said anew."""
    told = turn.learnt | ({"regions_told"} if turn.learnt & {*REGIONS} else set())
    return next((form for form, slots in FORMS.items() if told & {*slots} and _open(turn, form) is None), None)


def _open(turn: Turn, form: str) -> str | None:
    """The first question of a form that has no answer."""
    return next((name for name in FORMS[form] if turn.slots.get(name) is None), None)


def _staging(turn: Turn, form: str) -> list[str]:
    """How a form goes on: its next question, its result, or why there is none."""
    leave = [LEAVE] if turn.form else []
    if turn.slots.get("diagnosed") in ("no", "unknown"):
        return [UNDIAGNOSED, *leave]
    following = _open(turn, form)
    if following is None:
        return [*leave, RESULTS[form]]
    if (turn.slots.get("in_vain") or 0) > PATIENCE:
        return ["utter_staging_waits", *leave]
    in_between = turn.slots.get("in_between") or 0
    often = in_between >= PATIENCE or in_between + (turn.slots.get("in_vain") or 0) > PATIENCE
    if often and "in_between" in turn.learnt and not {*STARTS} & {*turn.parts}:
        return ["utter_staging_open"]
    switch = [LEAVE] if turn.form and turn.form != form else []
    noted = any(turn.slots.get(name) not in (None, "unknown") for name in turn.learnt & {*REGIONS})
    if noted and form == FORM and following != "regions_checked":  # that question reads back itself
        return ["utter_regions_noted", *switch, form]
    return [*switch, form]
