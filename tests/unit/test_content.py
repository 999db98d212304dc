"""What the guide says and learns fits together: every intent has rule, examples, reply, every answer its sources."""

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from evaluation.figures import read_rows
from evaluation.talks import read_talks
from guide.answers import _ASKED, COUNTRIES, calls, country_values
from guide.dialogue.memory import DANGER, FORMS
from guide.dialogue.plan import STARTS
from guide.intents import is_topic
from guide.language.scores import Problem
from guide.nlu.findings import read_examples
from guide.nlu.talks import read_talks as read_turns
from guide.note import QUESTIONS, WORDS
from guide.phrases import PHRASES, SOURCES
from guide.results import conversation_values, problem_values, result_values, supposed_values
from guide.staging import Scores, summary
from tests.conftest import ROOT

DATA = ROOT / "data"


def _read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


DOMAIN = _read("domain.yml")
INTENTS = [next(iter(i)) if isinstance(i, dict) else i for i in DOMAIN["intents"]]
EXAMPLES: dict[str, list[str]] = {}
for path in sorted((DATA / "nlu").glob("*.yml")):
    for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
        lines = [line[2:] for line in block["examples"].strip().split("\n")]
        EXAMPLES[block["intent"]] = EXAMPLES.get(block["intent"], []) + lines
ANSWERS: dict[str, list[dict[str, Any]]] = {
    name: reply
    for path in sorted((DATA / "answers").glob("*.yml"))
    for name, reply in yaml.safe_load(path.read_text("utf-8"))["responses"].items()
}
RULES = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in _read("data/rules.yml")["rules"]}
TEXTS = {name: reply[0]["text"] for name, reply in ANSWERS.items()}
CODE = "\n".join(
    path.read_text("utf-8") for folder in ("guide", "actions") for path in sorted((ROOT / folder).rglob("*.py"))
)
MEDICAL = [name for name in ANSWERS if "sources" in ANSWERS[name][0].get("metadata", {})]


def fold(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


@pytest.mark.parametrize("intent", [i for i in INTENTS if i not in ("nlu_fallback", "other_language")])
def test_every_intent_has_a_rule_a_reply_and_examples(intent: str) -> None:
    assert RULES[intent] == STARTS.get(intent, f"utter_{intent}")
    assert intent in STARTS or f"utter_{intent}" in ANSWERS
    follow_ups = ("ask_more", "ask_simpler", "ask_follow_up", "tell_country")
    assert len(EXAMPLES[intent]) >= (60 if intent in DANGER else 40 if is_topic(intent) or intent in follow_ups else 20)


def test_examples_are_of_known_intents_and_none_stands_twice() -> None:
    assert set(EXAMPLES) <= set(INTENTS)
    twice = [text for text, n in Counter(fold(e) for lines in EXAMPLES.values() for e in lines).items() if n > 1]
    assert not twice


@pytest.mark.parametrize("path", sorted((ROOT / "evaluation").glob("*.jsonl")), ids=lambda path: path.stem)
def test_no_training_example_is_a_row_to_measure_against(path: Path) -> None:
    learnt = {fold(example) for lines in EXAMPLES.values() for example in lines}
    learnt |= {fold(row["text"]) for row in read_examples(DATA / "findings.jsonl")}
    assert not [row["id"] for row in read_rows(path) if fold(row["text"]) in learnt]


def test_no_training_example_is_a_message_of_the_talks_to_measure_against() -> None:
    learnt = {fold(example) for lines in EXAMPLES.values() for example in lines}
    talks = read_talks(ROOT / "evaluation" / "talks" / "fresh.jsonl")
    assert not [turn["user"] for talk in talks for turn in talk["talk"] if fold(turn["user"]) in learnt]


def test_what_the_talks_say_is_not_measured_against_but_for_what_everybody_says() -> None:
    said = {fold(turn.text) for turn in read_turns(DATA / "talks.jsonl") if len(turn.text.split()) > 4}
    rows = [row["text"] for path in sorted((ROOT / "evaluation").glob("*.jsonl")) for row in read_rows(path)]
    talks = [talk for path in (ROOT / "evaluation" / "talks").glob("*.jsonl") for talk in read_talks(path)]
    assert not [text for text in rows if fold(text) in said]
    assert not [turn["user"] for talk in talks for turn in talk["talk"] if fold(turn["user"]) in said]


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_every_reply_is_sent_by_something(name: str) -> None:
    base = re.sub(r"(_two|_unknown|_settled)?(_again|_examples|_buttons)?$", "", name)
    part_of = [reply for reply in RULES.values() if name.startswith(f"{reply}_")]  # test_style.py looks at these
    asked = {*_ASKED, *(f"utter_why_{slot}" for slots in FORMS.values() for slot in slots)}
    problems = {f"utter_scores_{problem}" for problem in (*(p.value for p in Problem), "sum")}
    sent = {*RULES.values(), *asked, *problems}
    assert {name, base} & sent or part_of or f'"{name}"' in CODE or f'"{base}"' in CODE


def test_every_question_can_be_asked_in_four_wordings_and_says_why() -> None:
    slots = {slot for slots in FORMS.values() for slot in slots}
    for slot in (*slots, "regions_checked_two"):
        names = [f"utter_ask_{slot}{wording}" for wording in ("", "_again", "_examples", "_buttons")]
        assert len({TEXTS[name] for name in names}) == 4
    assert {f"utter_why_{slot}" for slot in slots} <= set(ANSWERS)


def test_every_problem_with_scores_has_its_words() -> None:
    assert {f"utter_scores_{problem.value}" for problem in Problem} <= set(ANSWERS)


def test_the_note_names_sources_that_exist_and_questions_that_end_as_such() -> None:
    assert set(WORDS["sources_keys"]) <= set(SOURCES)
    assert all(question.endswith("?") for question in QUESTIONS.values())


@pytest.mark.parametrize("name", MEDICAL)
def test_medical_replies_name_sources_that_exist_and_when_they_were_reviewed(name: str) -> None:
    metadata = ANSWERS[name][0]["metadata"]
    assert metadata["sources"]
    assert set(metadata["sources"]) <= set(SOURCES)
    assert date.fromisoformat(metadata["reviewed"]) <= date.today()


def test_every_reply_about_als_is_sourced() -> None:
    for name in TEXTS:
        intent = next((i for i in INTENTS if is_topic(i) and f"{name}_".startswith(f"utter_{i}_")), None)
        assert intent is None or name in MEDICAL or name in _ASKED, name


def test_sources_are_complete_used_and_no_working_notes() -> None:
    used = {key for name in MEDICAL for key in ANSWERS[name][0]["metadata"]["sources"]}
    assert used == set(SOURCES)
    for key, source in SOURCES.items():
        assert not key.startswith(("CODE", "GK")), key
        assert all(source.get(part) for part in ("title", "publisher", "url", "date")), key


@pytest.mark.parametrize("country", [None, *COUNTRIES])
def test_no_placeholder_is_left_for_any_country_and_for_none(country: str | None) -> None:
    sentence = {"in_language": "x"}  # needs a conversation; test_foreign.py looks at it
    told = {"possible": ["2"], "affected": ["bulbar"], "support": {}, "what_if": {}}
    scores = summary(Scores(*[4] * 12))
    values = country_values(country) | conversation_values({"upper_limb": "affected"}) | result_values(told) | sentence
    values |= result_values(scores | {"uncertain": []}) | problem_values(3, ()) | supposed_values({}, {})
    values |= {"new_person": "uncle", "questions_chosen": ""}
    for name, reply in ANSWERS.items():
        texts = [reply[0]["text"], *(b["title"] + b["payload"] for b in reply[0].get("buttons", []))]
        missing = {p for text in texts for p in re.findall(r"\{(\w+)\}", text)} - set(values)
        assert not missing, name
    assert all(isinstance(value, str) and "{" not in value for value in values.values())


@pytest.mark.parametrize("country", COUNTRIES)
def test_only_values_that_need_no_check_are_printed(country: str) -> None:
    facts, values = COUNTRIES[country], country_values(country)
    assert facts["print_emergency"] in values["number"]
    unchecked = [m["value"] for m in facts["medicines"] if m["verify"]]
    unchecked += [c["value"] for c in facts["crisis"] if c["verify"] and len(c["value"]) > 4]
    assert not [value for value in unchecked if value in values["medicines"] + values["crisis_lines"]]
    assert "(M)" not in "".join(values.values())
    advice = values["medical_advice"].rpartition(": ")[2].rstrip(".").split("; ")
    assert len(advice) == len(set(advice))


@pytest.mark.parametrize("country", [None, *sorted(COUNTRIES)])
def test_every_number_that_can_be_pressed_is_printed_as_one_to_call_or_to_text(country: str | None) -> None:
    values = country_values(country)
    printed = "\n".join([values["crisis_lines"], values["harm_lines"]]).split("\n")
    offered = calls("utter_ask_emotional_support", "{crisis_lines} {harm_lines}", country)
    for call in offered:
        assert any(str(call["label"]) in line and str(call["number"]) in line for line in printed)
    facts = COUNTRIES[country] if country else {"print_crisis": []}
    for line in [*facts["print_crisis"], *facts.get("print_harm", [])]:
        by = {call["by"] for call in offered if str(call["label"]).startswith(line["name"])}
        assert by == {way for way in ("call", "text") if re.search(rf"\b{way}\b", line["how"])}, line["how"]
        assert line.get("words", "") in line["how"]
    seen = {entry["value"] for entry in facts.get("harm", []) if not entry["verify"]}
    assert {line["value"] for line in facts.get("print_harm", [])} == seen
    in_danger = calls("utter_emergency", "", country)
    assert in_danger
    assert all(call["label"] is None and call["by"] == "call" for call in in_danger)
    assert calls("utter_ask_cure", "{emergency_lower}", country) == []


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_buttons_lead_to_existing_intents(name: str) -> None:
    for button in ANSWERS[name][0].get("buttons", []):
        assert re.match(r"/(\w+)", button["payload"])[1] in INTENTS  # type: ignore[index]
        assert set(button) == {"title", "payload"}  # an unquoted comma in a title makes a third key
        assert len(button["title"]) <= 30


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_replies_are_short(name: str) -> None:
    danger = name.removeprefix("utter_").removesuffix("_unsure") in DANGER
    longest = 120 if danger or name.startswith("utter_kings_") else 80
    # The longest country table is not counted: it stands in the place of one word.
    assert len(re.sub(r"\{\w+\}", "x", TEXTS[name]).split()) <= longest


def test_every_topic_has_a_title_for_buttons() -> None:
    assert {i for i in INTENTS if is_topic(i)} | {"suggest_stage"} == set(PHRASES["topics"])


def test_nothing_says_that_relyvrio_can_be_had() -> None:
    for name, text in TEXTS.items():
        assert "Relyvrio" not in text or re.search(r"fail|withdr|did not|no longer", text), name
