"""What the guide learns from a message, at any time and from an answer to each of its questions."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from guide.dialogue.memory import (
    DANGER,
    QUESTIONS,
    REGIONS,
    STAGING,
    learn,
    part_by_country,
    speaks_of_another,
    torn_between,
)
from tests.conftest import ROOT

DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
INTENTS: list[str] = DOMAIN["intents"]
ALLOWED: dict[str, list[str]] = {name: slot["values"] for name, slot in DOMAIN["slots"].items() if "values" in slot}

LEGS = {"lower_limb": "affected"}
ALL_OPEN = {"diagnosed": "yes"}
LEGS_TOLD = {**ALL_OPEN, **LEGS, "regions_told": True}
ALL_KNOWN = {**LEGS_TOLD, "bulbar": "unaffected", "upper_limb": "unaffected", "regions_checked": True}


def heard(
    parts: str, facts: dict[str, str] | None = None, known: dict[str, Any] | None = None, asked: str | None = None
) -> dict[str, Any]:
    return learn(parts.split(), facts or {}, known or {}, asked)


# At any time


@pytest.mark.parametrize(
    ("facts", "learnt"),
    [
        (LEGS, {**LEGS, "regions_told": True}),
        ({"bulbar": "unaffected"}, {"bulbar": "unaffected", "regions_told": True}),
        ({"gastrostomy": "declined"}, {"gastrostomy": "declined"}),
        ({"niv": "stopped", "diagnosed": "yes"}, {"niv": "stopped", "diagnosed": "yes"}),
        ({"country": "GB"}, {"country": "GB"}),
    ],
)
@pytest.mark.parametrize("asked", [None, "diagnosed", "niv"])
def test_a_fact_is_taken_whatever_was_asked(facts: dict[str, str], learnt: dict[str, Any], asked: str | None) -> None:
    assert heard("inform", facts, asked=asked) == learnt


def test_a_fact_beside_a_question_is_taken_too() -> None:
    learnt = heard("ask_cure", LEGS)
    assert learnt == {**LEGS, "regions_told": True, "topic": "ask_cure"}


def test_what_is_known_already_is_not_learnt_again() -> None:
    assert heard("inform", LEGS, LEGS_TOLD) == {}


def test_all_three_regions_at_once_need_no_second_question() -> None:
    learnt = heard("inform", {region: "affected" for region in REGIONS})
    assert learnt["regions_told"] is learnt["regions_checked"] is True


def test_a_later_message_corrects_an_earlier_one() -> None:
    assert heard("inform", {"upper_limb": "affected", "correction": "yes"}, ALL_KNOWN) == {"upper_limb": "affected"}


def test_yes_and_no_mean_nothing_where_nothing_was_asked() -> None:
    for word in ("affirm", "deny", "not_sure"):
        assert heard(word) == heard(word, known=ALL_KNOWN) == {}


# As the answer to a question


@pytest.mark.parametrize(
    ("asked", "word", "value"),
    [
        ("diagnosed", "affirm", "yes"),
        ("diagnosed", "deny", "no"),
        ("diagnosed", "not_sure", "unknown"),
        ("gastrostomy", "affirm", "needed"),
        ("gastrostomy", "deny", "no"),
        ("gastrostomy", "not_sure", "unknown"),
        ("niv", "affirm", "needed"),
        ("niv", "deny", "no"),
        ("niv", "not_sure", "unknown"),
    ],
)
def test_yes_no_and_not_sure_answer_what_was_asked(asked: str, word: str, value: str) -> None:
    assert heard(word, asked=asked) == {asked: value}


@pytest.mark.parametrize("word", ["affirm", "deny"])
def test_yes_or_no_does_not_say_which_parts_are_affected(word: str) -> None:
    assert heard(word, known=ALL_OPEN, asked="regions_told") == {}


def test_not_sure_which_parts_leaves_all_of_them_unknown() -> None:
    learnt = heard("not_sure", known=ALL_OPEN, asked="regions_told")
    assert learnt == dict.fromkeys(REGIONS, "unknown") | {"regions_told": True, "regions_checked": True}


@pytest.mark.parametrize(("word", "finding"), [("affirm", "affected"), ("deny", "unaffected"), ("not_sure", "unknown")])
def test_yes_no_and_not_sure_settle_the_open_regions_alone(word: str, finding: str) -> None:
    learnt = heard(word, known=LEGS_TOLD, asked="regions_checked")
    assert learnt == {"bulbar": finding, "upper_limb": finding, "regions_checked": True}


@pytest.mark.parametrize(
    ("asked", "word", "fact"),
    [
        ("diagnosed", "deny", {"diagnosed": "yes"}),  # "no, they did diagnose her in March"
        ("gastrostomy", "affirm", {"gastrostomy": "declined"}),  # "yes, but he said no to it"
        ("gastrostomy", "affirm", {"gastrostomy": "in_place"}),
        ("niv", "deny", {"niv": "stopped"}),  # "no, she tried it and gave it back"
    ],
)
def test_a_named_fact_wins_over_yes_or_no(asked: str, word: str, fact: dict[str, str]) -> None:
    assert heard(f"{word} inform", fact, asked=asked) == fact


def test_a_named_region_wins_over_yes_or_no() -> None:
    learnt = heard("deny", {"upper_limb": "affected"}, LEGS_TOLD, "regions_checked")  # "no, her arms too"
    assert learnt == {"upper_limb": "affected", "bulbar": "unknown", "regions_checked": True}


def test_a_no_with_a_fact_about_something_else_still_answers() -> None:
    assert heard("deny", {"niv": "in_place"}, asked="gastrostomy") == {"niv": "in_place", "gastrostomy": "no"}


# "Just the legs", "the rest is fine"

JUST_LEGS = {**LEGS, "regions_rest": "unaffected"}


def test_just_the_legs_settles_the_others_the_first_time() -> None:
    for asked in (None, "regions_told"):
        assert heard("inform", JUST_LEGS, ALL_OPEN, asked) == {
            **LEGS,
            "bulbar": "unaffected",
            "upper_limb": "unaffected",
            "regions_told": True,
            "regions_checked": True,
        }


def test_just_the_legs_about_the_open_ones_leaves_the_told_ones() -> None:
    known = {**ALL_OPEN, "bulbar": "affected", "regions_told": True}
    learnt = heard("inform", JUST_LEGS, known, "regions_checked")
    assert learnt == {**LEGS, "upper_limb": "unaffected", "regions_checked": True}


def test_no_just_the_legs_as_a_correction_settles_the_told_ones_too() -> None:
    known = {**ALL_OPEN, "bulbar": "affected", "regions_told": True}
    learnt = heard("inform", {**JUST_LEGS, "correction": "yes"}, known, "regions_checked")
    assert learnt == {**LEGS, "bulbar": "unaffected", "upper_limb": "unaffected", "regions_checked": True}


def test_just_the_legs_said_anew_settles_them_all() -> None:
    known = {**ALL_KNOWN, "bulbar": "affected"}
    assert heard("inform", JUST_LEGS, known) == {"bulbar": "unaffected"}


def test_not_sure_about_the_rest_leaves_it_unknown() -> None:
    learnt = heard("inform", {**LEGS, "regions_rest": "unknown"}, ALL_OPEN, "regions_told")
    assert (learnt["bulbar"], learnt["upper_limb"], learnt["regions_checked"]) == ("unknown", "unknown", True)


@pytest.mark.parametrize(
    ("asked", "parts", "facts"),
    [
        ("gastrostomy", "deny", {"regions_rest": "unaffected"}),  # "no, nothing else"
        ("niv", "deny", {"regions_rest": "unaffected"}),  # "no, that's all"
        ("gastrostomy", "deny", {"bulbar": "affected", "regions_rest": "unaffected"}),  # "no, just thickened drinks"
        (None, "thank", {"regions_rest": "unaffected"}),  # "thanks, he's fine otherwise"
    ],
)
def test_nothing_else_does_not_make_an_affected_region_unaffected(
    asked: str | None, parts: str, facts: dict[str, str]
) -> None:
    assert "lower_limb" not in heard(parts, facts, ALL_KNOWN, asked)


def test_a_tube_or_mask_settles_the_stage_so_that_regions_are_asked_for_once() -> None:
    for support in ({"gastrostomy": "in_place"}, {"niv": "declined"}):
        learnt = heard("inform", LEGS, {**ALL_OPEN, **support}, "regions_told")
        assert learnt == {**LEGS, "regions_told": True, "regions_checked": True}
    reopened = heard("inform", {"gastrostomy": "no"}, {**LEGS_TOLD, "gastrostomy": "in_place", "regions_checked": True})
    assert reopened == {"gastrostomy": "no", "regions_checked": None}


# Skipping, going back, asking again


@pytest.mark.parametrize("asked", ["diagnosed", "gastrostomy", "niv", "movement", "breathing"])
def test_who_skips_a_question_leaves_it_unknown(asked: str) -> None:
    assert heard("skip", asked=asked) == heard("not_sure", asked=asked) == {asked: "unknown"}


def test_who_skips_the_regions_leaves_all_open_ones_unknown() -> None:
    learnt = heard("skip", known=LEGS_TOLD, asked="regions_checked")
    assert learnt == {"bulbar": "unknown", "upper_limb": "unknown", "regions_checked": True}


def test_going_back_forgets_the_last_answer_alone() -> None:
    known = {**ALL_KNOWN, "gastrostomy": "no"}
    assert learn(["go_back"], {}, known, "niv", "staging_form") == {"gastrostomy": None}
    assert learn(["go_back"], {}, ALL_KNOWN, "gastrostomy", "staging_form") == {
        "regions_told": None,
        "regions_checked": None,
    }
    assert learn(["go_back"], {}, ALL_OPEN, "regions_told", "staging_form") == {"diagnosed": None}
    assert learn(["go_back"], {}, {}, "diagnosed", "staging_form") == {"in_vain": 1}
    assert heard("go_back", known={**known, "niv": "no"}) == {"niv": None}


def test_regions_asked_for_again_keep_what_was_told_until_it_is_corrected() -> None:
    known = {**ALL_OPEN, **{region: ALL_KNOWN[region] for region in REGIONS}}
    assert learn(["inform"], {"upper_limb": "affected"}, known, "regions_told", "staging_form") == {
        "upper_limb": "affected",
        "regions_told": True,
        "regions_checked": True,
    }
    assert learn(["thank"], {}, known, "regions_told", "staging_form") == {"in_between": 1}


def test_how_often_a_question_was_asked_in_vain_is_counted_until_something_is_told() -> None:
    known: dict[str, Any] = {"diagnosed": "yes"}
    for count in (1, 2, 3):
        known |= learn(["nlu_fallback"], {}, known, "regions_told", "staging_form")
        assert known["in_vain"] == count
    assert learn(["inform"], LEGS, known, "regions_told", "staging_form")["in_vain"] is None
    assert learn(["ask_cure"], {}, known, None)["in_vain"] is None  # no form is open


# Whose stage


def test_a_person_is_kept_where_a_stage_is_asked_for_or_told() -> None:
    assert heard("suggest_stage", {"person": "mum"}) == {"person": "mum"}
    assert heard("inform", {"person": "mum", **LEGS})["person"] == "mum"
    assert "person" not in heard("ask_inheritance", {"person": "aunt"})
    assert "person" not in heard("inform", {"person": "mother", **LEGS}, {"person": "mum"})
    assert heard("start_over", {"person": "uncle"}, {"person": "mum"}) == {"person": "uncle"}


def test_another_person_is_noticed_only_where_answers_would_be_mixed() -> None:
    staged = {**ALL_KNOWN, "person": "mum"}
    assert speaks_of_another(["suggest_stage"], "uncle", staged)
    assert speaks_of_another(["inform"], "uncle", staged)
    assert speaks_of_another(["other_person"], None, staged)
    assert not speaks_of_another(["inform"], "sister", staged, "staging_form")  # "my sister says her legs are weak"
    assert not speaks_of_another(["suggest_stage"], "mother", staged)
    assert not speaks_of_another(["ask_inheritance"], "uncle", staged)
    assert not speaks_of_another(["suggest_stage"], "uncle", {"person": "mum", "diagnosed": "yes"})


def test_questions_for_the_note_are_kept_in_the_order_chosen() -> None:
    known = heard("ask_note", {"question": "voice"})
    assert known == {"questions": ["voice"]}
    assert heard("ask_note", {"question": "call"}, known) == {"questions": ["voice", "call"]}
    assert heard("ask_note", {"question": "voice"}, known) == {}


# Forgetting, and the topic


def test_start_over_forgets_the_staging_but_not_the_country() -> None:
    known = {**ALL_KNOWN, "gastrostomy": "no", "niv": "no", "country": "GB", "topic": "ask_cure"}
    assert heard("start_over", known=known) == dict.fromkeys([name for name in STAGING if name in known])


def test_start_over_keeps_what_the_same_message_says_of_the_next_person() -> None:
    learnt = heard("start_over inform", {"upper_limb": "affected"}, ALL_KNOWN, "niv")
    known = {**ALL_KNOWN, **learnt}
    assert (known["upper_limb"], known["lower_limb"], known["regions_told"]) == ("affected", None, True)
    assert known["regions_checked"] is None


def test_start_over_beside_a_yes_does_not_answer_what_was_asked_before() -> None:
    assert heard("start_over affirm", known={"diagnosed": "yes"}, asked="niv") == {"diagnosed": None}


def test_delete_my_data_forgets_everything() -> None:
    known = {**ALL_KNOWN, "country": "GB", "topic": "ask_cure"}
    assert heard("delete_my_data", known=known) == dict.fromkeys(known)


@pytest.mark.parametrize(
    ("parts", "topic"),
    [
        ("ask_cure", "ask_cure"),
        ("ask_cure ask_stages", "ask_stages"),  # "more" is about the last one
        ("worry_undiagnosed", "worry_undiagnosed"),
        ("emergency ask_cure", "emergency"),  # "we are in Leeds" asks for the number again
        ("ask_more", None),
        ("ask_why thank", None),
        ("suggest_stage", None),
        ("greet", None),
    ],
)
def test_the_topic_is_the_last_question_or_the_danger(parts: str, topic: str | None) -> None:
    assert heard(parts).get("topic") == topic


# Whatever is said, in whatever order

FACTS: dict[str, list[str]] = {name: ALLOWED[name] for name in ("diagnosed", *REGIONS, "gastrostomy", "niv")}
FACTS |= {"regions_rest": ALLOWED["bulbar"], "correction": ["yes"], "country": ["GB", "US"], "detail": ["4a"]}
messages = st.tuples(
    st.lists(st.sampled_from(INTENTS), min_size=1, max_size=3),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in FACTS.items()}),
    st.booleans(),
)


def follow(talk: list[tuple[list[str], dict[str, str], bool]]) -> list[tuple[dict[str, Any], str | None]]:
    """The slots before each message of a talk, and the question that the form asked then; last, those at its end."""
    known: dict[str, Any] = {}
    states: list[tuple[dict[str, Any], str | None]] = []
    for parts, facts, in_form in talk:
        asked = next((name for name in QUESTIONS if known.get(name) is None), None) if in_form else None
        states.append((known, asked))
        known = {**known, **learn(parts, facts, known, asked)}
    return [*states, (known, None)]


talks = st.lists(messages, min_size=1, max_size=6)
FORGETTING = {"start_over", "delete_my_data", "go_back"}


@settings(max_examples=200)
@given(talks)
def test_learning_the_same_again_changes_nothing(talk: list[tuple[list[str], dict[str, str], bool]]) -> None:
    parts, facts, _ = talk[-1]
    *_, (_, asked), (after, _) = follow(talk)
    if not FORGETTING & {*parts}:
        assert learn(parts, facts, after, asked) == {}


@settings(max_examples=200)
@given(talks)
def test_nothing_is_forgotten_unless_asked_to(talk: list[tuple[list[str], dict[str, str], bool]]) -> None:
    states = [known for known, _ in follow(talk)]
    for (parts, _, _), before, after in zip(talk, states, states[1:], strict=False):
        if not FORGETTING & {*parts}:
            kept = {name for name in before if before[name] is not None} - {
                "regions_checked"
            }  # may have to be asked after all
            assert all(after[name] is not None for name in kept)


@settings(max_examples=200)
@given(talks)
def test_slots_only_take_values_of_the_domain(talk: list[tuple[list[str], dict[str, str], bool]]) -> None:
    for known, _ in follow(talk):
        assert set(known) <= set(DOMAIN["slots"])
        for name, value in known.items():
            assert value is None or value in ALLOWED.get(name, [value])
        assert {known.get("regions_told"), known.get("regions_checked")} <= {True, None}
        topic = known.get("topic")
        assert topic is None or topic in DANGER or topic.startswith(("ask_", "worry_"))


@settings(max_examples=200)
@given(talks)
def test_the_question_about_open_regions_is_asked_once(talk: list[tuple[list[str], dict[str, str], bool]]) -> None:
    states = follow(talk)
    for (parts, facts, _), (_, asked), (after, _) in zip(talk, states, states[1:], strict=False):
        answered = {"affirm", "deny", "not_sure", "skip"} & set(parts) or {*REGIONS, "regions_rest"} & set(facts)
        if asked == "regions_checked" and answered and not FORGETTING & {*parts}:
            assert after["regions_checked"] is True
            assert all(after[region] is not None for region in REGIONS)


@settings(max_examples=200)
@given(talks)
def test_the_questions_about_regions_are_done_exactly_when_they_are(
    talk: list[tuple[list[str], dict[str, str], bool]],
) -> None:
    for known, _ in follow(talk):
        values = [known.get(region) for region in REGIONS]
        settled = {known.get("gastrostomy"), known.get("niv")} & {"needed", "in_place", "declined", "stopped"}
        assert any(values) or not known.get("regions_told")
        done = known.get("regions_told") and (settled or all(values))
        assert (known.get("regions_checked") is True) == bool(done)


def test_good_speech_does_not_take_back_trouble_swallowing() -> None:
    """Speech and swallowing are one region: it is affected as long as one of them is."""
    known = {"bulbar": "affected", "regions_told": True}
    assert learn(["inform"], {"bulbar": "unaffected", "upper_limb": "affected"}, known, "regions_checked") == {
        "upper_limb": "affected",
        "lower_limb": "unknown",
        "regions_checked": True,
    }
    assert learn(["deny"], {"bulbar": "unaffected"}, known, None)["bulbar"] == "unaffected"
    assert learn(["inform"], {"bulbar": "unaffected", "correction": "yes"}, known, None)["bulbar"] == "unaffected"


def test_good_speech_beside_the_rest_leaves_trouble_swallowing() -> None:
    said = {"bulbar": "unaffected", "lower_limb": "affected", "regions_rest": "unknown"}
    learnt = learn(["inform"], said, {"bulbar": "affected"}, None)
    assert learnt == {"lower_limb": "affected", "upper_limb": "unknown", "regions_told": True, "regions_checked": True}


def test_who_may_mean_either_of_two_topics_is_torn_between_them() -> None:
    def ranked(*likely: tuple[str, float]) -> list[dict[str, Any]]:
        return [{"name": name, "confidence": confidence} for name, confidence in likely]

    near = ranked(("ask_pain", 0.3), ("ask_saliva", 0.28), ("ask_cure", 0.1))
    assert torn_between(["ask_pain"], near) == ["ask_pain", "ask_saliva"]
    assert torn_between(["ask_pain"], ranked(("ask_pain", 0.3), ("ask_saliva", 0.2))) == []  # one is clearly likelier
    assert torn_between(["ask_pain"], ranked(("ask_pain", 0.45), ("ask_saliva", 0.44))) == []  # likely enough
    assert torn_between(["ask_pain", "ask_cure"], near) == []  # two questions
    assert torn_between(["ask_cure"], near) == []  # understood by other means
    assert torn_between(["ask_pain"], ranked(("ask_pain", 0.3), ("thank", 0.29))) == []  # no topic to choose
    assert torn_between(["ask_pain"], []) == []


@pytest.mark.parametrize(
    ("said", "country", "again"),
    [
        ([], "CA", None),
        (["utter_ask_x"], "CA", "utter_ask_x_countries"),
        (["utter_ask_x"], "GB", "utter_ask_x_gb"),
        (["utter_ask_x", "utter_ask_x_funded"], "GB", "utter_ask_x_funded"),
        (["utter_ask_x", "utter_ask_x_more"], "CA", "utter_ask_x_countries"),
        (["utter_ask_y"], "CA", None),
    ],
)
def test_a_country_asks_for_the_part_that_differs_by_country(said: list[str], country: str, again: str | None) -> None:
    texts = {
        "utter_ask_x": "the same everywhere",
        "utter_ask_x_more": "the same everywhere",
        "utter_ask_x_funded": "{funding}",
        "utter_ask_x_countries": "in all",
        "utter_ask_x_gb": "in the UK",
        "utter_ask_y": "the same everywhere",
    }
    replies = {name: [{"text": text}] for name, text in texts.items()}
    topic = said[0].removeprefix("utter_") if said else "ask_y"
    assert part_by_country(said, topic, country, replies) == again
