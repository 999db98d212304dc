"""Which replies a turn gets, and in which order: danger, then each question asked, then the staging form."""

from typing import Any

import pytest
import yaml

from guide.dialogue.memory import FORMS, HARD, QUESTIONS, REGIONS
from guide.dialogue.plan import FORM, LEAVE, LINES, PATIENCE, RESULTS, STARTS, SUGGEST, Turn, plan, with_lines
from guide.intents import is_topic
from tests.conftest import ROOT


def _load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


INTENTS: list[str] = _load("domain.yml")["intents"]
REPLIES = {name for path in (ROOT / "data/answers").glob("*.yml") for name in _load(str(path))["responses"]}
RULES = {
    rule["rule"]
    for rule in _load("data/rules.yml")["rules"]
    if rule["steps"] == [{"intent": rule["rule"]}, {"action": f"utter_{rule['rule']}"}]
}
ANSWERED = {
    "diagnosed": "yes",
    "bulbar": "unaffected",
    "upper_limb": "unaffected",
    "lower_limb": "affected",
    "regions_told": True,
    "regions_checked": True,
    "gastrostomy": "no",
    "niv": "no",
}


def slots_when(asked: str) -> dict[str, Any]:
    """The slots when the form asks for `asked`: all before it are known."""
    known: dict[str, Any] = {name: ANSWERED[name] for name in QUESTIONS[: QUESTIONS.index(asked)]}
    legs = {"lower_limb": "affected"} if known.get("regions_told") else {}
    return known | legs | ({r: ANSWERED[r] for r in REGIONS} if known.get("regions_checked") else {})


def order(parts: str, **turn: Any) -> str | None:
    """The plan of a turn in short: "emergency ask_cure leave"."""
    names = {FORM: "FORM", SUGGEST: "RESULT", LEAVE: "LEAVE", "mitos_form": "MITOS", "scores_form": "SCORES"}
    planned = plan(Turn(tuple(parts.split()), **turn))
    return None if planned is None else " ".join(names.get(a) or a.removeprefix("utter_") for a in planned)


def in_form(asked: str = "gastrostomy", **turn: Any) -> dict[str, Any]:
    return {"form": FORM, "asked": asked, "slots": slots_when(asked)} | turn


# Danger


def test_a_crisis_reply_stands_alone() -> None:
    assert order("crisis") == "crisis"
    assert order("crisis emergency ask_cure urgent_today", asks=True) == "crisis"
    assert order("crisis ask_prognosis", **in_form()) == "crisis LEAVE"


def test_an_emergency_comes_first_and_other_questions_follow() -> None:
    assert order("emergency") == "emergency"
    assert order("emergency ask_organisations ask_cure", asks=True) == "emergency ask_organisations ask_cure"


@pytest.mark.parametrize("intent", sorted(HARD))
def test_nobody_who_waits_for_an_ambulance_reads_of_stages_or_of_death(intent: str) -> None:
    assert order(f"emergency {intent} ask_cure", asks=True) == "emergency ask_cure"


@pytest.mark.parametrize("parts", ["emergency", "emergency suggest_stage", "emergency affirm", "emergency inform"])
def test_after_an_emergency_the_form_never_goes_on_by_itself(parts: str) -> None:
    assert order(parts, **in_form(learnt=frozenset({"upper_limb"}))) == "emergency LEAVE"
    assert order(parts, offered="utter_inform", slots=ANSWERED, learnt=frozenset({"upper_limb"})) == "emergency"


def test_what_needs_the_team_today_comes_first_and_the_form_goes_on() -> None:
    assert order("urgent_today ask_cure", asks=True) == "urgent_today ask_cure"
    assert order("urgent_today", **in_form()) == "urgent_today FORM"
    assert order("urgent_today ask_cure", **in_form(asks=True)) == "urgent_today ask_cure FORM"


@pytest.mark.parametrize("rest", ["out_of_scope", "nlu_fallback"])
def test_who_is_told_to_call_today_is_not_told_that_nobody_understood(rest: str) -> None:
    assert order(f"urgent_today {rest}") in (None, "urgent_today")


# Questions


def test_one_plain_question_is_left_to_its_rule() -> None:
    assert order("ask_cure", asks=True) is None
    assert order("thank") is None


def test_several_questions_are_answered_in_the_order_said() -> None:
    assert order("ask_riluzole ask_cure", asks=True) == "ask_riluzole ask_cure"


def test_at_most_three_questions_are_answered() -> None:
    assert order("ask_pain ask_cure ask_stages ask_saliva", asks=True) == "ask_pain ask_cure ask_stages"


def test_who_may_mean_either_of_two_topics_is_asked_which() -> None:
    assert order("ask_cure", asks=True, torn=True) == "which_one"
    assert order("ask_cure", torn=True, **in_form(asks=True)) == "ask_cure FORM"
    assert order("emergency ask_cure", asks=True, torn=True) == "emergency ask_cure"
    assert order("urgent_today ask_cure", asks=True, torn=True) == "urgent_today ask_cure"


def test_a_question_goes_before_small_talk() -> None:
    assert order("greet ask_cure", asks=True) == "ask_cure"
    assert order("greet thank") is None


def test_a_question_beside_a_yes_is_answered() -> None:
    assert order("affirm ask_cure", asks=True) == "ask_cure"


# The form


def test_the_form_begins_by_asking() -> None:
    assert order("suggest_stage") == "FORM"
    assert order("suggest_stage ask_cure", asks=True) == "ask_cure FORM"


def test_yes_after_an_offer_begins_the_form() -> None:
    assert order("affirm", offered="utter_inform") == "FORM"
    assert order("affirm") is None
    assert order("deny", offered="utter_inform") is None


def test_what_the_first_message_says_is_read_back() -> None:
    slots = {"diagnosed": None, "upper_limb": "affected", "regions_told": True}
    learnt = frozenset({"upper_limb", "regions_told"})
    assert order("suggest_stage", slots=slots, learnt=learnt) == "regions_noted FORM"


def test_the_question_about_open_regions_reads_back_itself() -> None:
    learnt = frozenset({"lower_limb", "regions_told"})
    assert order("inform", **in_form("regions_checked", learnt=learnt)) == "FORM"


def test_an_answer_gets_the_next_question() -> None:
    assert order("deny", **in_form("niv", learnt=frozenset({"gastrostomy"}))) == "FORM"


def test_an_answer_that_merely_sounds_like_a_topic_is_an_answer() -> None:
    learnt = frozenset({"gastrostomy"})
    assert order("ask_feeding_support", **in_form("niv", learnt=learnt)) == "FORM"
    assert order("ask_feeding_support", **in_form("niv", learnt=learnt, asks=True)) == "ask_feeding_support FORM"


def test_a_question_in_the_form_is_answered_before_it_goes_on() -> None:
    assert order("ask_cure", **in_form(asks=True)) == "ask_cure FORM"
    assert order("affirm ask_cure", **in_form(asks=True, learnt=frozenset({"gastrostomy"}))) == "ask_cure FORM"


def test_small_talk_in_the_form_is_answered_before_it_goes_on() -> None:
    assert order("thank", **in_form()) == "thank FORM"


@pytest.mark.parametrize("diagnosed", ["no", "unknown"])
def test_without_a_diagnosis_there_is_no_stage_and_the_form_ends(diagnosed: str) -> None:
    slots = {"diagnosed": diagnosed}
    learnt = frozenset(slots)
    assert order("deny", form=FORM, slots=slots, learnt=learnt) == "not_diagnosed LEAVE"
    assert order("ask_cure", form=FORM, slots=slots, learnt=learnt, asks=True) == "ask_cure not_diagnosed LEAVE"
    assert order("suggest_stage", slots=slots) == "not_diagnosed"
    assert order("worry_undiagnosed suggest_stage", slots=slots, asks=True) == "not_diagnosed"  # which says the same
    assert order("suggest_stage", slots=ANSWERED | slots) == "not_diagnosed"


def test_the_last_answer_gets_the_result() -> None:
    assert order("deny", form=FORM, slots=ANSWERED, learnt=frozenset({"niv"})) == "LEAVE RESULT"
    assert order("suggest_stage", slots=ANSWERED) == "RESULT"


def test_a_correction_after_the_result_recomputes_it_at_once() -> None:
    assert order("inform", slots=ANSWERED, learnt=frozenset({"upper_limb"})) == "RESULT"
    assert order("nlu_fallback", slots=ANSWERED, learnt=frozenset({"niv"})) == "RESULT"


def test_a_question_after_the_result_is_no_correction() -> None:
    assert order("ask_feeding_support", slots=ANSWERED, asks=True) is None
    assert order("ask_cure ask_pain", slots=ANSWERED, asks=True, learnt=frozenset({"bulbar"})) == "ask_cure ask_pain"


def test_stop_leaves_the_form() -> None:
    assert order("stop", **in_form()) == "stop LEAVE"
    assert order("stop ask_cure", **in_form(asks=True)) == "ask_cure LEAVE"
    assert order("stop") == "stop"


def test_start_over_in_the_form_asks_from_the_beginning() -> None:
    assert order("start_over", form=FORM, learnt=frozenset(ANSWERED)) == "start_over FORM"


def test_a_question_is_explained_skipped_and_taken_back() -> None:
    assert order("ask_why", **in_form()) == "why_gastrostomy FORM"
    assert order("ask_why") is None
    assert order("skip", **in_form("niv", learnt=frozenset({"gastrostomy"}))) == "FORM"
    assert order("go_back", **in_form(learnt=frozenset({"regions_told", "regions_checked"}))) == "FORM"
    assert order("go_back", **in_form("diagnosed")) == "go_back FORM"
    assert order("go_back", slots={**ANSWERED, "niv": None}, learnt=frozenset({"niv"})) == "FORM"
    assert order("skip") is order("go_back") is None


def test_who_is_not_understood_again_and_again_is_left_in_peace() -> None:
    for count in range(1, PATIENCE + 1):
        slots = slots_when("niv") | {"in_vain": count}
        assert order("nlu_fallback", **in_form("niv", slots=slots)) == "not_understood FORM"
        assert order("ask_cure", **in_form("niv", slots=slots, asks=True)) == "ask_cure FORM"
    slots = slots_when("niv") | {"in_vain": PATIENCE + 1}
    assert order("nlu_fallback", **in_form("niv", slots=slots)) == "staging_waits LEAVE"
    assert order("ask_cure", **in_form("niv", slots=slots, asks=True)) == "ask_cure staging_waits LEAVE"


def test_each_form_is_opened_by_its_intent_and_closes_the_one_that_was_open() -> None:
    assert order("suggest_mitos") == "MITOS"
    assert order("suggest_mitos", **in_form()) == "LEAVE MITOS"
    assert order("give_scores", slots={"diagnosed": "yes"}) == "SCORES"
    scores = {"diagnosed": "yes", "scores": "4 4 4 4 4 4 4 4 4 4 4 4"}
    assert order("give_scores", slots=scores, learnt=frozenset({"scores"})) == "action_read_scores"
    assert order("nlu_fallback", slots=scores, learnt=frozenset({"scores"})) == "action_read_scores"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("diagnosed", ["no", "unknown"])
def test_no_form_gives_a_stage_without_a_diagnosis(start: str, diagnosed: str) -> None:
    known = {name: "yes" for slots in FORMS.values() for name in slots} | {"diagnosed": diagnosed}
    assert order(start, slots=known) == "not_diagnosed"


def test_scores_that_are_none_are_said_to_be() -> None:
    assert order("give_scores", problem="total") == "scores_total"
    assert order("give_scores", problem="count", slots={"diagnosed": "yes"}) == "scores_count SCORES"
    assert order("give_scores", problem="total", form="scores_form", asked="scores", slots={"diagnosed": "yes"}) == (
        "scores_total SCORES"
    )


def test_whoever_speaks_of_somebody_else_is_asked_before_anything_is_cleared() -> None:
    assert order("suggest_stage", slots=ANSWERED, other_person=True) == "other_person"
    assert order("other_person", **in_form(other_person=True)) == "other_person LEAVE"
    assert order("emergency other_person", **in_form(other_person=True)) == "emergency LEAVE"
    assert order("start_over", slots={"person": "uncle"}, learnt=frozenset({"person"})) == "start_over FORM"


# What is not understood, and facts without a question


def test_what_is_not_understood_is_said_to_be() -> None:
    assert order("nlu_fallback") == "fallback"
    assert order("nlu_fallback", **in_form()) == "not_understood FORM"
    assert order("affirm", **in_form("regions_told")) == "not_understood FORM"


def test_a_question_taken_for_facts_that_it_does_not_tell_is_not_understood() -> None:
    assert order("inform", asks=True) == "fallback"
    assert order("inform", asks=True, learnt=frozenset({"lower_limb"})) is None
    assert order("inform") == "heard"
    assert order("inform", repeats=True) is None


def test_a_fact_in_words_that_are_not_understood_is_a_fact() -> None:
    assert order("nlu_fallback", learnt=frozenset({"upper_limb", "regions_told"})) == "inform"
    assert order("nlu_fallback", **in_form("niv", learnt=frozenset({"gastrostomy"}))) == "FORM"
    assert order("nlu_fallback", slots={"country": "GB"}, learnt=frozenset({"country"})) == "tell_country"


def test_facts_out_of_the_form_are_left_to_their_rule() -> None:
    assert order("inform", learnt=frozenset({"upper_limb"})) is None


def test_a_country_is_noted_and_the_last_answer_given_for_it() -> None:
    slots, learnt = {"country": "GB", "topic": "ask_medications"}, frozenset({"country"})
    assert order("tell_country", slots=slots, learnt=learnt, by_country=True) == "tell_country ask_medications"
    assert order("nlu_fallback", slots=slots, learnt=learnt, by_country=True) == "tell_country ask_medications"
    assert order("tell_country", slots=slots, learnt=learnt) is None
    assert order("tell_country", slots=slots, by_country=True) is None  # known already, or none named


def test_a_country_in_an_emergency_gives_its_number_again() -> None:
    slots = {"country": "GB", "topic": "emergency"}
    assert (
        order("tell_country", slots=slots, learnt=frozenset({"country"}), by_country=True) == "tell_country emergency"
    )


# Every intent, with no form and at each of its questions

TURNS = {"no form": Turn(())} | {asked: Turn((), slots_when(asked), form=FORM, asked=asked) for asked in QUESTIONS}
TURNS |= {
    f"{form} {asked}": Turn((), dict.fromkeys(slots[: slots.index(asked)], "yes"), form=form, asked=asked)
    for form, slots in FORMS.items()
    if form != FORM
    for asked in slots
}


@pytest.mark.parametrize("where", TURNS)
@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_gets_a_reply_everywhere(intent: str, where: str) -> None:
    before = TURNS[where]
    for learnt in (frozenset(), frozenset({"lower_limb", "regions_told"}), frozenset({"country"})):
        for asks in (True, False):
            planned = plan(Turn((intent,), before.slots, learnt, asks, before.form, before.asked))
            if planned is None:
                assert intent in RULES
                planned = [f"utter_{intent}"]
            assert 1 <= len(planned) <= 8
            assert {action for action in planned if action.startswith("utter_")} <= REPLIES
            assert {action for action in planned if not action.startswith("utter_")} <= {
                *FORMS,
                *RESULTS.values(),
                LEAVE,
            }
            assert any(
                action.startswith("utter_") or action in FORMS or action in RESULTS.values() for action in planned
            )


@pytest.mark.parametrize("where", TURNS)
@pytest.mark.parametrize("intent", INTENTS)
def test_whatever_comes_beside_it_danger_is_answered_first(intent: str, where: str) -> None:
    before = TURNS[where]
    for danger in ("crisis", "emergency", "urgent_today"):
        planned = plan(Turn((danger, intent), before.slots, asks=True, form=before.form, asked=before.asked)) or [
            f"utter_{danger}"
        ]
        if intent not in ("crisis", "emergency"):
            assert planned[0] == f"utter_{danger}"
        assert danger == "urgent_today" or not {*FORMS, *RESULTS.values()} & set(planned)
        assert len(planned) <= 8


def test_a_long_turn_stays_below_the_ten_actions_that_rasa_allows() -> None:
    topics = tuple(intent for intent in INTENTS if is_topic(intent))
    for before in TURNS.values():
        everything = Turn(("urgent_today", *topics), before.slots, frozenset(REGIONS), True, before.form, before.asked)
        assert len(plan(everything) or []) <= 8


def test_why_asks_about_what_was_said_last() -> None:
    assert order("ask_why", offered="utter_ask_stem_cells") == "ask_more"
    assert order("ask_why", offered="utter_ask_kings_staging") is None  # its own reply, by its rule
    assert order("ask_why", offered="utter_kings_stage") is None
    assert order("ask_why", offered="utter_ask_follow_up", slots={"topic": "ask_riluzole"}) == "ask_more"
    assert order("ask_why", offered="utter_ask_follow_up", slots={"topic": "ask_stages"}) is None
    assert order("ask_why", offered="utter_ask_more", slots={"topic": "ask_riluzole"}) == "ask_follow_up"
    assert order("ask_why", **in_form(offered="utter_ask_cure")) == "why_gastrostomy FORM"


def test_what_is_known_already_is_not_called_a_riddle() -> None:
    assert order("inform", repeats=True, **in_form("niv")) == "known FORM"
    assert order("inform", **in_form("niv")) == "not_understood FORM"


@pytest.mark.parametrize("said", ["inform", "nlu_fallback", "out_of_scope"])
def test_what_is_said_in_an_emergency_and_is_no_question_leaves_help_first(said: str) -> None:
    assert order(said, offered="utter_emergency") == "help_comes_first"
    assert order(said, offered="utter_emergency", learnt=frozenset({"lower_limb"})) != "help_comes_first"


def test_lines_to_call_stand_below_the_answer_and_before_the_staging_goes_on() -> None:
    assert with_lines(["utter_ask_cure"]) == ["utter_ask_cure", LINES]
    assert with_lines(["utter_ask_cure", FORM]) == ["utter_ask_cure", LINES, FORM]
    assert with_lines([FORM]) == [LINES, FORM]
