"""What a turn gets as replies, and in which order: danger first, then each question asked, then the staging form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guide.dialogue.memory import HARD, QUESTIONS, REGIONS, is_topic

LEAVE, FORM, SUGGEST = "action_deactivate_loop", "staging_form", "action_suggest_stage"
ANSWERS = frozenset(["inform", "affirm", "deny", "not_sure"])
LEAVING = frozenset(["stop", "goodbye", "delete_my_data"])


@dataclass(frozen=True)
class Turn:
    """What decides a turn's replies: all as it was when the message came, but `slots`, which has what it told.

    `parts`: intents said, in order. `asks`: some part is a question. `learnt`: names of the slots the message set.
    `in_form`: the staging form was open. `offered`: the last reply offered the staging, so that "yes" accepts it.
    `by_country`: the last topic's reply depends on the country, so that naming one asks for it again.
    `torn`: two topics are nearly equally likely.
    """

    parts: tuple[str, ...]
    slots: Mapping[str, Any] = field(default_factory=dict)
    learnt: frozenset[str] = frozenset()
    asks: bool = False
    in_form: bool = False
    offered: bool = False
    by_country: bool = False
    torn: bool = False


def plan(turn: Turn) -> list[str] | None:
    """The actions of a turn, in order, without the final listening. None: one plain reply, by its rule in data/."""
    parts = {*turn.parts}
    leave = [LEAVE] if turn.in_form else []
    if "crisis" in parts:
        return ["utter_crisis", *leave]
    questions = [part for part in turn.parts if is_topic(part)]
    if _told(turn) and (turn.in_form or _answered(turn)):
        questions = []  # an answer or a correction that merely sounds like a topic
    if "emergency" in parts:
        questions = [question for question in questions if question not in HARD]
        return ["utter_emergency", *(f"utter_{question}" for question in questions[:3]), *leave]
    replies = _replies(turn, questions[:3])
    if LEAVING & parts:
        return [*replies, *leave]
    accepted = turn.offered and "affirm" in parts
    if turn.in_form or "suggest_stage" in parts or accepted or (_told(turn) and _answered(turn)):
        return [*replies, *_staging(turn)]
    if replies == [f"utter_{turn.parts[0]}"] or (not replies and turn.parts[0] in ANSWERS):
        return None
    return replies or ["utter_inform"]


def _replies(turn: Turn, questions: list[str]) -> list[str]:
    """What is said before the staging goes on."""
    if "urgent_today" in turn.parts:
        return ["utter_urgent_today", *(f"utter_{question}" for question in questions)]
    if questions and turn.torn and not turn.in_form:
        return ["utter_which_one"]
    if questions:
        return [f"utter_{question}" for question in questions]
    talk = [p for p in turn.parts if not is_topic(p) and p not in {*ANSWERS, "suggest_stage", "nlu_fallback"}]
    if "country" in turn.learnt and (not talk or talk[0] in ("tell_country", "out_of_scope")):
        return ["utter_tell_country", *([f"utter_{turn.slots['topic']}"] if turn.by_country else [])]
    told_nothing = turn.parts == ("inform",) and turn.asks and not turn.in_form
    if ("nlu_fallback" in turn.parts or told_nothing) and not turn.learnt:
        return ["utter_fallback"]
    return [f"utter_{part}" for part in talk[:1]]


def _told(turn: Turn) -> bool:
    """Whether the message told something for the staging, and asked nothing beside it."""
    forgot = {"start_over", "delete_my_data"} & {*turn.parts}
    return bool(turn.learnt & {*QUESTIONS, *REGIONS}) and not turn.asks and not forgot


def _answered(turn: Turn) -> bool:
    return all(turn.slots.get(name) is not None for name in QUESTIONS)


def _staging(turn: Turn) -> list[str]:
    """How the staging goes on: the form's next question, the result, or why there is none."""
    leave = [LEAVE] if turn.in_form else []
    if turn.slots.get("diagnosed") in ("no", "unknown"):
        return ["utter_not_diagnosed", *leave]
    if _answered(turn):
        return [*leave, SUGGEST]
    following = next(name for name in QUESTIONS if turn.slots.get(name) is None)
    noted = any(turn.slots.get(name) for name in turn.learnt & {*REGIONS})
    if noted and following != "regions_checked":  # that question reads back itself
        return ["utter_regions_noted", FORM]
    return [FORM]
