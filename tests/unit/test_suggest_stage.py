"""From the slots of the form to the words of the result: which reply, which values, and no stage that cannot be."""

import re
from collections.abc import Iterator
from itertools import product
from string import Formatter
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.suggest_stage import ActionSuggestStage, reply_to
from guide.answers import country_values
from guide.phrases import PHRASES
from guide.results import conversation_values, drawing, result_values
from guide.staging import Finding, RegionReport, Stage, Support, changes, kings_stage
from tests.conftest import ROOT

ANSWERS: dict[str, Any] = yaml.safe_load((ROOT / "data/answers/staging.yml").read_text("utf-8"))["responses"]
ORDER = [stage.value for stage in Stage]


def suggest(slots: dict[str, Any]) -> dict[str, Any]:
    """The one message that the action sends for these slots."""
    tracker = Tracker("anna", slots, {}, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    assert ActionSuggestStage().run(dispatcher, tracker, {}) == []
    [message] = dispatcher.messages
    return message


def told(words: str) -> dict[str, Any]:
    """Slots of a diagnosed person from "arms -legs ?speech peg=no": affected, unaffected, unknown, support."""
    names = {"speech": "bulbar", "arms": "upper_limb", "legs": "lower_limb", "peg": "gastrostomy", "niv": "niv"}
    findings = {"-": "unaffected", "?": "unknown"}
    slots: dict[str, Any] = {"diagnosed": "yes", "regions_told": True}
    for word in words.split():
        name, _, value = word.lstrip("-?").partition("=")
        slots[names[name]] = value or findings.get(word[0], "affected")
    return slots


def every_told() -> Iterator[dict[str, Any]]:
    for findings in product([None, *(f.value for f in Finding if f is not Finding.NOT_ASKED)], repeat=3):
        for support in product([s.value for s in Support], repeat=2):
            regions = dict(zip(("bulbar", "upper_limb", "lower_limb"), findings, strict=True))
            yield (
                {"diagnosed": "yes", "regions_told": True}
                | regions
                | dict(zip(("gastrostomy", "niv"), support, strict=True))
            )


def rendered(message: dict[str, Any]) -> str:
    """The message's text as people read it; a placeholder without a value raises."""
    values = country_values(None) | conversation_values({}) | result_values(message)
    return "\n".join(reply["text"].format_map(values) for reply in ANSWERS[message["response"]])


# What is asked before a stage is suggested


def test_nobody_is_staged_before_the_diagnosis_was_asked_for() -> None:
    assert suggest({})["response"] == "utter_ask_diagnosed"
    assert suggest(told("arms") | {"diagnosed": None})["response"] == "utter_ask_diagnosed"


@pytest.mark.parametrize("diagnosed", ["no", "unknown"])
def test_nobody_is_staged_without_a_diagnosis(diagnosed: str) -> None:
    message = suggest(told("speech arms legs peg=needed niv=needed") | {"diagnosed": diagnosed})
    assert message["response"] == "utter_not_diagnosed"
    assert "possible" not in message


@pytest.mark.parametrize("diagnosed", [None, "no", "unknown"])
def test_nobody_is_staged_without_a_diagnosis_whatever_else_was_told(diagnosed: str | None) -> None:
    for slots in every_told():
        message = suggest(slots | {"diagnosed": diagnosed})
        assert message["response"] == ("utter_not_diagnosed" if diagnosed else "utter_ask_diagnosed")
        assert "possible" not in message


def test_nobody_is_staged_before_the_regions_were_asked_for() -> None:
    assert suggest({"diagnosed": "yes"})["response"] == "utter_ask_regions_told"


# What is suggested then

CASES = [  # what was told, the reply, the possible stages
    ("arms -legs -speech peg=no niv=no", "utter_kings_stage", "1"),
    ("arms legs -speech peg=no niv=no", "utter_kings_stage", "2"),
    ("arms legs speech peg=no niv=no", "utter_kings_stage", "3"),
    ("-arms -legs speech peg=declined niv=no", "utter_kings_stage", "4a"),
    ("-arms legs -speech peg=no niv=stopped", "utter_kings_stage", "4b"),
    ("arms legs speech peg=in_place niv=in_place", "utter_kings_stage", "4"),
    ("arms legs speech peg=in_place niv=unknown", "utter_kings_stage", "4a 4"),
    ("arms ?legs -speech peg=no niv=no", "utter_kings_range", "1 2"),
    ("arms legs -speech peg=no niv=unknown", "utter_kings_range", "2 4b"),
    ("arms", "utter_kings_range", "1 2 3 4a 4b 4"),
    ("-arms -legs -speech peg=no niv=no", "utter_kings_none", "none"),
    ("?arms ?legs ?speech peg=no niv=no", "utter_kings_unknown", "none 1 2 3"),
    ("?arms ?legs ?speech peg=unknown niv=unknown", "utter_kings_unknown", "none 1 2 3 4a 4b 4"),
]


@pytest.mark.parametrize(("words", "reply", "possible"), CASES, ids=[case[0] for case in CASES])
def test_what_was_told_gets_its_reply_and_its_stages(words: str, reply: str, possible: str) -> None:
    message = suggest(told(words))
    assert (message["response"], " ".join(message["possible"])) == (reply, possible)


def test_the_reasons_and_the_open_things_go_with_the_stage() -> None:
    message = suggest(told("arms legs ?speech peg=no niv=no"))
    assert message["affected"] == ["upper_limb", "lower_limb"]
    assert message["support"] == {}
    assert list(message["what_if"]) == ["bulbar"]
    assert suggest(told("arms peg=declined niv=no"))["support"] == {"gastrostomy": "declined"}


def test_slots_are_read_as_the_rule_names_them() -> None:
    assert RegionReport.of({}) == RegionReport()
    assert RegionReport.of(told("arms -legs ?speech peg=stopped niv=no")) == RegionReport(
        Finding.UNKNOWN, Finding.AFFECTED, Finding.UNAFFECTED, Support.STOPPED, Support.NO
    )


@pytest.mark.parametrize(
    ("words", "stages"),
    [
        ("arms -legs -speech peg=no niv=no", {}),
        ("arms -legs ?speech peg=no niv=no", {"bulbar": "2"}),
        ("arms ?legs ?speech peg=no niv=no", {"bulbar": "2", "lower_limb": "2"}),  # each taken alone
        ("arms legs -speech peg=unknown niv=unknown", {"gastrostomy": "4a", "niv": "4b"}),
        ("arms legs -speech peg=in_place niv=unknown", {}),  # it is stage 4 already
        ("?arms -legs -speech peg=no niv=unknown", {"upper_limb": "1", "niv": "4b"}),
    ],
)
def test_what_is_open_names_the_stage_it_would_make(words: str, stages: dict[str, str]) -> None:
    report = RegionReport.of(told(words))
    assert {name: stage.value for name, stage in changes(report, report.uncertain).items()} == stages


def test_whatever_could_change_the_stage_is_named_and_nothing_else() -> None:
    for slots in every_told():
        report = RegionReport.of(slots)
        found = changes(report, report.uncertain)
        assert set(found) <= set(report.uncertain)
        if len({stage.value[0] for stage in kings_stage(report).possible}) > 1:
            assert found
        assert set(found.values()) <= set(kings_stage(report).possible), slots


# In words


def test_every_result_has_a_reply() -> None:
    everything = list(every_told())
    assert len(everything) == 4**3 * 6**2
    replies = {reply_to(kings_stage(RegionReport.of(slots))) for slots in everything}
    assert replies == {"utter_kings_stage", "utter_kings_range", "utter_kings_none", "utter_kings_unknown"}
    assert replies <= set(ANSWERS)


def test_every_result_can_be_read_without_a_missing_word() -> None:
    for slots in every_told():
        message = suggest(slots)
        text = rendered(message)
        assert not re.search(r"[{}]|  |: \.|\"\"", text), text
        values = country_values(None) | conversation_values({}) | result_values(message)
        for reply in ANSWERS[message["response"]]:
            needed = {name for _, name, *_ in Formatter().parse(reply["text"]) if name} - {"what_if", "for_person"}
            assert all(values[name] for name in needed), (slots, values)


def test_no_result_names_a_stage_that_is_neither_possible_nor_a_what_if() -> None:
    for slots in every_told():
        message = suggest(slots)
        text, allowed = rendered(message), {*message["possible"], *message["what_if"].values()}
        assert set(re.findall(r"stage (\d\w?)\b", text)) <= allowed, (slots, text)
        marked = {stage[0] for stage in message["possible"] if stage != "none"}
        assert set(re.findall(r"\[(\d)\]", text)) <= marked, (slots, text)


def test_every_possible_stage_is_named_or_lies_between_two_that_are() -> None:
    for slots in every_told():
        message = suggest(slots)
        if message["response"] in ("utter_kings_stage", "utter_kings_range"):
            named = re.findall(r"\d\w?", result_values(message)["stages"])
            assert named[0][0] == message["possible"][0][0]
            assert named[-1][0] == message["possible"][-1][0]


def test_up_to_is_not_said_over_a_stage_that_cannot_be() -> None:
    for slots in every_told():
        message = suggest(slots)
        ends = re.findall(r"\d", result_values(message)["stages"]) if " up to " in rendered(message) else []
        numbers = {stage[0] for stage in message["possible"]}
        if len(ends) == 2 and message["response"] == "utter_kings_range":
            assert {str(n) for n in range(int(ends[0]), int(ends[1]) + 1)} <= numbers, result_values(message)["stages"]


def test_what_would_change_nothing_is_not_called_a_change() -> None:
    for slots in every_told():
        message = suggest(slots)
        assert len(message["possible"]) > 1 or not message["what_if"], rendered(message)


def test_results_read_as_sentences() -> None:
    text = rendered(suggest(told("speech arms -legs peg=no niv=unknown")))
    assert "fits King's stage 2 or stage 4b, since" in text
    assert "What I know: two areas are affected (speech or swallowing, and arms or hands)." in text
    assert "If a breathing mask is needed, it would be stage 4b." in text
    assert "1 - [2] - 3 - [4]" in text


def test_a_reply_that_is_no_result_has_no_words_of_one() -> None:
    assert result_values({}) == {}


def test_the_drawing_marks_the_possible_stages_and_never_has_stage_5() -> None:
    assert drawing({"2"}) == "1 - [2] - 3 - 4"
    assert drawing({"n"}) == "1 - 2 - 3 - 4"
    assert "5" not in drawing(set(ORDER))


def test_every_stage_region_and_support_has_words() -> None:
    assert set(PHRASES["stages"]) == {*ORDER, "0"}  # MiToS begins with 0
    assert set(PHRASES["regions"]) | set(PHRASES["support"]) == set(vars(RegionReport()))
    for words in PHRASES["support"].values():
        assert set(words) == {"name"} | {s.value for s in Support} - {"no", "unknown"}
