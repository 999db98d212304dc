"""How the guide says it: short, plain, dated, and nothing that a chatbot must not say."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest
import textstat
import yaml

from guide.intents import is_topic
from guide.language.details import read_details
from tests.conftest import ROOT
from tests.unit.test_content import ANSWERS, DOMAIN, INTENTS, MEDICAL, TEXTS

DETAILS: dict[str, dict[str, list[str]]] = yaml.load(
    (ROOT / "guide" / "language" / "details.yml").read_text("utf-8"), yaml.BaseLoader
)
QUESTIONS = [intent for intent in INTENTS if is_topic(intent)]
# Names that have to be said, and have no shorter word. Their syllables do not count towards the reading grade.
UNAVOIDABLE = re.compile(
    r"neurologists?|physiotherapists?|occupational therapists?|physical therapists?|dietitians?|riluzole|edaravone|"
    r"tofersen|Relyvrio|Albrioza|Radicava|Qalsody|mecobalamin|Nuedexta|dextromethorphan|quinidine|anaesthetist|"
    r"associations?|emergency|ALS|MND|MiToS|NIV|BiPAP|carbon dioxide|palliative|association",
    re.IGNORECASE,
)
HIGHEST_GRADE = 7.5  # of Flesch and Kincaid: what most readers of twelve can read


def sentences(text: str) -> list[str]:
    text = re.sub(r"\{\w+\}", "x", text)
    return [s.strip("• ") for s in re.split(r"(?<=[.!?:])\s+|\n", text) if s.strip("• ")]


@pytest.mark.parametrize("name", MEDICAL)
def test_a_reader_of_twelve_can_read_it(name: str) -> None:
    plain = [UNAVOIDABLE.sub("name", sentence).rstrip(".!?:,;") + "." for sentence in sentences(TEXTS[name])]
    assert textstat.flesch_kincaid_grade(" ".join(plain)) <= HIGHEST_GRADE


@pytest.mark.parametrize("name", MEDICAL)
def test_no_sentence_is_long(name: str) -> None:
    assert not [sentence for sentence in sentences(TEXTS[name]) if len(sentence.split()) > 24]


@pytest.mark.parametrize("intent", QUESTIONS)
def test_every_answer_has_a_longer_and_a_simpler_part(intent: str) -> None:
    assert f"utter_{intent}_more" in ANSWERS
    assert len(TEXTS[f"utter_{intent}_simple"].split()) <= 40
    assert 1 <= len(ANSWERS[f"utter_{intent}"][0]["buttons"]) <= 3


def test_every_part_can_be_reached_by_words_and_every_word_leads_to_a_part() -> None:
    parts = {f"utter_{intent}_{detail}" for intent, details in DETAILS.items() for detail in details}
    assert not parts - set(ANSWERS)
    payloads = " ".join(b["payload"] for replies in ANSWERS.values() for b in replies[0].get("buttons", []))
    buttons = {f"utter_{i}_{d}" for i, d in re.findall(r'/(\w+)\{"detail":"(\w+)"\}', payloads)}
    assert not buttons - set(ANSWERS)
    for name in MEDICAL:
        intent = max((i for i in QUESTIONS if name.startswith(f"utter_{i}_")), key=len, default=None)
        if intent and name.rpartition("_")[2] not in ("more", "simple"):
            assert name in parts | buttons, f"{name} cannot be reached"


@pytest.mark.parametrize("intent", sorted(DETAILS))
def test_each_name_of_a_part_is_read_as_that_part(intent: str) -> None:
    for detail, phrases in DETAILS[intent].items():
        for phrase in phrases:
            assert phrase == phrase.lower()
            assert (intent, detail) in read_details(f"and what about {phrase} then")


def test_guilt_is_of_the_one_who_shouted() -> None:
    guilt = ("ask_caregiver_support", "guilt")
    assert guilt in read_details("I shouted at her again")
    assert guilt not in read_details("he shouted at me this morning")


FORBIDDEN = {
    "a dose or amount": r"\b\d+ ?(?:mg|ml|milligrams?|tablets?|litres?)\b|\btwice (?:a day|daily)\b",
    "a cut-off or a setting": r"\b(?:FVC|SNIP|pressure) (?:of|under|below|over|above) \d|\b\d+ ?(?:%|percent)\b",
    "a diagnosis": r"\byou (?:probably )?(?:have|do not have|don't have) (?:ALS|MND|it)\b",
    "eligibility": r"\byou (?:are|are not|may be) eligible\b|\byou (?:do not )?qualify\b",
    "stigma": r"victim|suffer(?:s|ing|er)? from|sufferer|confined to|wheelchair[- ]bound|battl(?:e|ing)|brave",
    "false hope or cheer": r"miracle|good news|don't worry|stay positive|never give up|great question|!",
    "an endorsement": r"\b(?:I|we) recommend|\bbest (?:clinic|hospital|doctor)|\byou should (?:take|buy|try)\b",
    "blame": r"your fault that|you should have|you failed",
    "a promise of what comes": r"\b(?:she|he|they|you|the person) will (?:die|lose|need|become|end)\b",
    "a survival figure": r"\b(?:\d+|two|three|four|five|ten|twenty) (?:months|years)\b",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_must_not_be_said(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what], re.IGNORECASE)
    found = {name: pattern.findall(text) for name, text in TEXTS.items() if pattern.search(text)}
    assert not {name: said for name, said in found.items() if name not in ALLOWED.get(what, ())}


ALLOWED = {  # behind its own button; how often a funder pays for a chair
    "a survival figure": {"utter_ask_prognosis_numbers", "utter_ask_mobility_wheelchair"},
}


def test_no_two_replies_are_the_same() -> None:
    said = sorted((text, name) for name, text in TEXTS.items() if not name.endswith("_two"))
    twice = [(a, b) for (text, a), (other, b) in pairwise(said) if text == other]
    assert all(a.rpartition("_")[2] == b.rpartition("_")[2] for a, b in twice)  # one part of two answers may be shared


def test_the_domain_knows_every_slot_that_buttons_set() -> None:
    entities = {next(iter(e)) if isinstance(e, dict) else e for e in DOMAIN["entities"]}
    for replies in ANSWERS.values():
        for button in replies[0].get("buttons", []):
            data: dict[str, Any] = json.loads(re.sub(r"^/\w+", "", button["payload"]).replace("{open_", "{") or "{}")
            assert {key for key in data if "{" not in key and not key.endswith("_slot}")} <= entities
