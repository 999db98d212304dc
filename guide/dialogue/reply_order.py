"""The policy that plays a turn's replies in the order of guide.dialogue.plan."""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from rasa.core.featurizers.precomputation import MessageContainerForCoreFeaturization
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    LoopInterrupted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

import guide.workarounds  # noqa: F401 - every process that loads a model needs them
from guide.dialogue.context import NEAR, in_context, is_still_a_crisis, likeliest_topic
from guide.dialogue.memory import (
    DANGER,
    FORMS,
    REGIONS,
    STAGING,
    learn,
    part_by_country,
    plain_facts,
    speaks_of_another,
    torn_between,
)
from guide.dialogue.plan import ANSWERS, LINES, OFFERS, RESULTS, STARTS, Turn, plan, with_lines
from guide.language.person import without_others
from guide.language.plain_answers import is_alarming, read_plain_answer
from guide.language.text import clean
from guide.phrases import load
from guide.staging.alsfrs import HIGHEST

LISTEN, CUT, UNAVAILABLE = "action_listen", "action_session_start", "utter_stage_unavailable"
REPLIES: dict[str, str] = {
    rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in load("rules.yml")["rules"]
}
"""Which reply each intent gets by itself."""
LATELY = 6
"""Replies after which the lines to call, or an answer, are said again."""
STAGED = {*STARTS, *ANSWERS, "ask_what_if", "ask_stages", "ask_kings_staging", "nlu_fallback"}
"""What a message may be taken for that supposes something: "what if she needs the mask"."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class ReplyOrder(Policy):
    """Plays the plan of each turn, remembers what the message told, and cuts the memory of a long conversation."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"priority": 10, "max_turns": 40}  # RulePolicy has 6

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "ReplyOrder":
        return cls(config, model_storage, resource, execution_context)

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        precomputations: MessageContainerForCoreFeaturization | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The next action of the turn's plan. Slots that the message sets go with the first one, before it runs."""
        # Not applied_events(): that forgets the messages that answered the form.
        events = list(tracker.events)
        events = events[_last(SessionStarted, events) or 0 :]
        start = _last(UserUttered, events)
        probabilities = self._default_predictions(domain)
        if start is None:
            return self._prediction(probabilities)
        turn, new = _turn(events, start, tracker, domain)
        planned = plan(turn) or [REPLIES.get(turn.parts[0], "utter_fallback")]
        if turn.doubtful and not _names_lines(events[start:]):
            planned = with_lines(planned)
        action = self._next(events, start, planned, tracker)
        told: list[Event] = [SlotSet(name, value) for name, value in new.items()]
        probabilities[domain.index_for_action(action)] = 1.0
        # Straight after a message a form validates, and rejects itself when no slot was filled: tell it not to.
        back = [LoopInterrupted(True)] if action in FORMS and tracker.active_loop_name == action else []
        # A form's happy path is a "no user" prediction, which beats every other kind whatever its priority.
        return self._prediction(probabilities, is_no_user_prediction=True, events=[*told, *back])

    def _next(self, events: list[Event], start: int, planned: list[str], tracker: DialogueStateTracker) -> str:
        done = [e.action_name for e in _all(ActionExecuted, events[start:])]
        full = len(_all(UserUttered, events)) >= self.config["max_turns"] and not OFFERS & {*done}
        rest = CUT if full else LISTEN
        if len(done) < len(planned):
            return planned[len(done)]
        if done[-1] in FORMS and tracker.active_loop_name is None:
            return RESULTS[done[-1]]  # the form found nothing left to ask
        if done[-1] in RESULTS.values() and not _spoke(events[start:]):
            return UNAVAILABLE  # the action server is down, slow or answers rubbish
        return rest


def _turn(
    events: list[Event], start: int, tracker: DialogueStateTracker, domain: Domain
) -> tuple[Turn, dict[str, Any]]:
    """The turn that began with the event `start`, and the slots that its message still has to set."""
    message: UserUttered = events[start]
    slots = tracker.current_slot_values()
    form, asked = _open_question(events[:start])
    said = _all(BotUttered, events[:start])
    last = next((event for event in reversed(said) if _offered(event) != LINES), None)  # these ask nothing
    parts, facts, calm = _meaning(message, form, asked, slots, last, _just_said(message, events[:start]))
    if "start_over" in parts and _offered(last) == "utter_other_person":
        before_that = _all(UserUttered, events[:start])[-1]
        facts = _surely_told(before_that) | facts  # what was told of that person is not asked again
    first = tracker.latest_action_name == LISTEN  # later in the turn the slots have what the message told
    learnt = frozenset(e.key for e in _all(SlotSet, events[start:]) if e.key != "requested_slot")
    before = slots if first else {name: value for name, value in slots.items() if name not in learnt}
    other = calm and speaks_of_another(parts, facts.get("person"), before, form)
    if "other_person" in parts and not other:
        parts = ("suggest_stage",)  # the first one
    if other or "emergency" in parts:  # "he has fallen on the stairs": that tells of no leg
        facts = {name: value for name, value in facts.items() if name == "country"}
        asked = None
    new = learn(parts, facts, slots, asked, form) if first else {}
    turn = Turn(
        parts,
        {**slots, **new},
        frozenset(new) if first else learnt,
        asks=bool(message.parse_data.get("asks")),
        form=form,
        asked=asked,
        offered=_offered(last),
        by_country=part_by_country(
            (event.metadata.get("part", "") for event in said),
            slots["topic"],
            str(new.get("country", slots["country"])),
            domain.responses,
        )
        is not None,
        torn=bool(torn_between(parts, message.parse_data.get("intent_ranking", []))),
        repeats=any(name in STAGING and before.get(name) == value for name, value in facts.items()),
        other_person=other,
        doubtful=_may_need_lines(message, parts, said, "country" in (new if first else learnt)),
        problem=facts.get("scores_problem") if "give_scores" in parts else None,
    )
    return turn, new


def _may_need_lines(message: UserUttered, parts: Sequence[str], said: list[BotUttered], told_country: bool) -> bool:
    """Whether a message may be a crisis, and no lines were named lately; or these were just named without a country."""
    if {"crisis", "emergency"} & {*parts}:
        return False
    if told_country and said and _offered(said[-1]) == LINES:
        return True
    return bool(message.parse_data.get("doubtful")) and LINES not in map(_offered, said[-LATELY:])


def _just_said(message: UserUttered, before: list[Event]) -> set[str]:
    """The parts of answers that a message does not get again unless it names them: those just said, or, where it leans
    on what was spoken of, those said lately. But who types the same again wants the same."""
    texts = [clean(event.text or "").lower() for event in (*_all(UserUttered, before)[-1:], message)]
    if texts[0] == texts[-1] and len(texts) > 1:
        return set()
    latest = LATELY if message.parse_data.get("leans") else 1
    said = [event for event in _all(BotUttered, before) if _offered(event) != LINES]
    return {str(event.metadata.get("part", "")) for event in said[max(0, len(said) - latest) :]}


def _all(kind: type, events: list[Event]) -> list[Any]:
    """The events of a kind. (isinstance is slow here: to Python the events of Rasa are abstract.)"""
    return [event for event in events if type(event) is kind]


def _last(kind: type, events: list[Event]) -> int | None:
    """Where the last event of a kind stands."""
    return next((i for i in reversed(range(len(events))) if type(events[i]) is kind), None)


def _open_question(before: list[Event]) -> tuple[str | None, str | None]:
    """The form of ours that was open, and the slot that it had asked for."""
    loops, asked = _all(ActiveLoop, before), [e.value for e in _all(SlotSet, before) if e.key == "requested_slot"]
    loop = loops[-1].name if loops else None
    return (loop, asked[-1] if asked else None) if loop in FORMS else (None, None)


def _meaning(
    message: UserUttered,
    form: str | None,
    asked: str | None,
    slots: dict[str, Any],
    last: BotUttered | None,
    just_said: Collection[str],
) -> tuple[tuple[str, ...], dict[str, Any], bool]:
    """What a message means where it was said: its intents, the facts that it tells, and whether it speaks of no danger.

    `asked`: the slot that the open form asked for; `last`: the reply before; `just_said`: parts of answers that
    would be said again. The reader of messages knows none of it.
    """
    text = message.text or ""
    parts = tuple(message.parse_data.get("parts") or [message.intent.get("name") or "nlu_fallback"])
    calm = not {*parts} & {*DANGER}
    likely = {r["name"]: r["confidence"] for r in message.parse_data.get("intent_ranking", [])}
    shown = str(last.metadata.get("part", "")) if last else ""
    if calm and parts != ("delete_my_data",) and is_still_a_crisis(likely, shown):
        parts, calm = ("crisis",), False
    is_typed = "parts" in message.parse_data  # a button means what it says
    if calm and not form and is_typed:
        named = {e["group"] for e in message.entities if "group" in e}
        again = f"utter_{slots['topic']}" in just_said and slots["topic"] not in named
        parts = in_context(parts, likely, slots["topic"], len(text.split()), again)
        if again and parts == ("ask_follow_up",) and any(e["entity"] == "country" for e in message.entities):
            parts = ("tell_country",)  # "and in Canada?"
    asks_regions = asked in ("regions_told", "regions_checked")
    tells = asks_regions and calm and not message.parse_data.get("asks")  # "the cups go flying": asks for no mug here
    guesses = form and (tells or parts[0] in (*ANSWERS, "nlu_fallback", "out_of_scope"))
    told = [e for e in message.entities if "role" not in e and (guesses or not e.get("guess"))]
    facts = {e["entity"]: e["value"] for e in told if not e.get("supposed")}
    if parts == ("stop",) and not form:  # "can he stop", "so tired of this"
        parts = ("ask_follow_up" if message.parse_data.get("asks") else likeliest_topic(likely) or "stop",)
    supposes = any(e.get("supposed") for e in told)
    about_stages = supposes or {*facts} & {*STAGING} or any(slots[name] for name in STAGING)
    if parts == ("ask_kings_staging",) and any(slots[name] for name in STAGING) and likely.get("ask_why", 0.0) >= NEAR:
        parts = ("ask_why",)  # "why 4 when only two parts are weak"
    if parts == ("ask_what_if",) and is_typed and not about_stages:
        parts = (likeliest_topic(likely) or "ask_follow_up",)  # "does the machine count as hand luggage"
    if _offered(last) == "utter_other_person" and parts[0] in ("affirm", "deny"):
        parts, person = ("start_over" if parts[0] == "affirm" else "suggest_stage",), _other_person(last)
        facts = {"person": person} if parts[0] == "start_over" else {}
    if calm and {*REGIONS} & {*facts} and {*parts} <= {"ask_kings_staging", "ask_stages", "suggest_stage"}:
        parts = ("suggest_stage",)  # "UL and LL, no NIV. King's stage?"
    numbers = re.findall(r"\d+", text)
    if asked == "scores" and numbers and not {"scores", "scores_problem"} & {*facts}:
        facts["scores_problem"] = "total" if len(numbers) == 1 and int(numbers[0]) > HIGHEST else "count"
        parts = ("give_scores",)
    breathing = ("region", "respiratory", "affected") in {
        (e["entity"], e["value"], e.get("role")) for e in message.entities
    }
    answers = asks_regions and ({*REGIONS} & {*facts} or breathing)
    alone = {*parts} & {*DANGER} == {"emergency"}
    if alone and answers and not (message.parse_data.get("ruled") or is_alarming(clean(text))):
        # "she cannot speak": alarming out of the blue, but here it was asked
        parts, calm = ("inform", *(part for part in parts if part not in ("emergency", "inform"))), True
    if asks_regions and breathing and parts == ("inform",) and not {*REGIONS} & {*facts}:
        parts = ("ask_breathing_support",)  # not one of the three regions, but what is told of it is answered
    plain = plain_facts(asked, read_plain_answer(asked, without_others(clean(text))), slots)
    if plain:  # it answers just what was asked, whatever else it sounds like: "choking", "every night", "neither"
        parts, facts, calm = ("inform",), plain, True
    elif calm and supposes and STAGED & {*parts}:
        parts = ("ask_what_if",)
    if calm and ("scores" in facts or ("scores_problem" in facts and STAGED & {*parts})):
        parts = ("give_scores",)
    return parts, facts, calm


def _surely_told(message: UserUttered) -> dict[str, Any]:
    """The facts that a message surely tells."""
    plain = [e for e in message.entities if not {"role", "guess", "supposed"} & {*e}]
    return {e["entity"]: e["value"] for e in plain}


def _offered(last: BotUttered | None) -> str:
    """The name of a reply."""
    return str(last.metadata.get("utter_action", "")) if last else ""


def _names_lines(turn_events: list[Event]) -> bool:
    """Whether an answer of the turn names lines to call itself: those have names, emergency numbers have none."""
    answers = [event for event in _all(BotUttered, turn_events) if _offered(event) != LINES]
    return any(call["label"] for event in answers for call in event.metadata.get("calls", []))


def _other_person(asked: BotUttered | None) -> str:
    """Whom the question about another person offered to start over with."""
    buttons = asked.data["buttons"] if asked else []
    payload = next(b["payload"] for b in buttons if b["payload"].startswith("/start_over"))
    return str(json.loads(payload.removeprefix("/start_over"))["person"])


def _spoke(turn_events: list[Event]) -> bool:
    return bool(_all(BotUttered, turn_events[_last(ActionExecuted, turn_events) :]))
