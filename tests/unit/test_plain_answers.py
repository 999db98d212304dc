"""Short answers mean what was asked; whom a message is about; what it only supposes."""

import itertools

import pytest
import yaml

from guide.dialogue.memory import FORMS, REGIONS
from guide.language.body import read_body
from guide.language.danger import read_danger
from guide.language.person import ME, read_person, same_person, without_others
from guide.language.plain_answers import _answers, is_alarming, read_plain_answer
from guide.language.questions import as_if_so, supposes
from guide.language.text import clean
from tests.conftest import ROOT

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
ASKED = [slot for slots in FORMS.values() for slot in slots if slot != "scores"]


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        ("diagnosed", "I was told in June by the neurologist", "yes"),
        ("diagnosed", "no, we see the neurologist in March", "no"),
        ("diagnosed", "no, in May", None),  # who knows
        ("regions_told", "Slurred and choking.", "bulbar"),
        ("regions_told", "none", "none"),
        ("regions_checked", "Fine", "unaffected"),
        ("regions_checked", "both ok", "unaffected"),
        ("regions_checked", "both", "affected"),
        ("regions_checked", "neither of them", "unaffected"),
        ("gastrostomy", "no, she refused it", "declined"),
        ("gastrostomy", "yes, since May", "in_place"),
        ("gastrostomy", "no tube but they want to do one", "needed"),
        ("gastrostomy", "a tube", None),
        ("gastrostomy", "no tube", "no"),
        ("niv", "every night", "in_place"),
        ("niv", "tried it, could not bear it", "stopped"),
        ("niv", "he breathes fine", "no"),
        ("niv", "shes breathing ok no mask", "no"),
        ("niv", "no mask, her breathing is good", "no"),
        ("niv", "no mask and she is struggling", None),
        ("movement", "she can't walk any more", "lost"),
        ("communicating", "both are gone", "lost"),
        ("breathing", "every night", "lost"),
        (None, "every night", None),
        ("niv", "every night my wife cries and I do not know how to help her with it", None),
        ("niv", "", None),
    ],
)
def test_a_plain_answer_means_what_was_asked(asked: str | None, text: str, value: str | None) -> None:
    assert read_plain_answer(asked, clean(text)) == value


@pytest.mark.parametrize("asked", ASKED)
def test_every_question_has_plain_answers_of_its_own_values(asked: str) -> None:
    allowed = (
        DOMAIN["slots"][asked].get("values")
        or {
            "regions_told": ["none", *REGIONS],
            "regions_checked": ["affected", "unaffected"],
        }[asked]
    )
    assert _answers(asked)
    assert set(_answers(asked).values()) <= set(allowed)


@pytest.mark.parametrize("asked", ASKED)
def test_no_plain_answer_says_two_things(asked: str) -> None:
    from guide.language.plain_answers import _DATA, _spelled_out

    said = {
        value: {words for phrase in phrases.split(",") for words in _spelled_out(phrase)}
        for value, phrases in _DATA[asked].items()
    }
    for one, other in itertools.combinations(said, 2):
        assert not said[one] & said[other], (one, other)


@pytest.mark.parametrize("asked", ASKED)
def test_a_plain_answer_hides_no_rule_of_danger(asked: str) -> None:
    """Those that would be one out of the form: choking at meals, and a mask at night."""
    hidden = {" ".join(words) for words in _answers(asked) if read_danger(" ".join(words))}
    assert all("chok" in text or "breath" in text or "ventilator" in text or "tube" in text for text in hidden), hidden


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("what stage is my mum at", "mum"),
        ("what stage is mum at", "mum"),
        ("and my uncle?", "uncle"),
        ("Dad is weaker", "dad"),
        ("what stage am I", ME),
        ("my legs are weak", ME),
        ("my wife's hands and feet", "wife"),
        ("my wife does my buttons, my hands are gone", ME),
        ("my mum helps my dad", None),
        ("she is weaker", None),
        ("", None),
    ],
)
def test_whom_a_message_is_about(text: str, person: str | None) -> None:
    assert read_person(clean(text)) == person


def test_words_for_one_person_are_one_person() -> None:
    assert same_person("mum", "mother")
    assert not same_person("mum", "dad")
    assert same_person(ME, ME)


def test_what_others_had_is_left_out() -> None:
    assert read_body(without_others("my aunt had a feeding tube but mum has none")).support == {}
    assert read_body(without_others("my mum has a feeding tube")).support == {"gastrostomy": "in_place"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what if she needs the mask?", {"niv": "needed"}),
        ("would it be stage 4 if he got a peg", {"gastrostomy": "in_place"}),
        ("what would it be if he needs the mask", {"niv": "needed"}),
        ("and if he gets a tube, does that move him up", {"gastrostomy": "in_place"}),
        ("suppose he says no to the mask", {"niv": "declined"}),
    ],
)
def test_a_supposition_tells_nothing_and_can_be_read_as_if_it_were_so(text: str, said: dict[str, str]) -> None:
    assert supposes(text)
    assert read_body(as_if_so(text)).support == said


@pytest.mark.parametrize(
    "text",
    [
        "I don't know if her legs are weak",
        "she walks if I hold her",
        "her legs are weak",
        "if it helps, her legs are weak",
    ],
)
def test_not_every_if_supposes(text: str) -> None:
    assert not supposes(text)


@pytest.mark.parametrize(("text", "alarming"), [
    ("legs not working, speaking is not clear", False),
    ("she can't speak", False),
    ("Suddenly she can't speak", True),
    ("can't speak since this morning", True),
    ("his face is drooping and his arm is limp", True),
    ("can't move and his breathing is funny", True),
])  # fmt: skip
def test_what_may_speak_of_something_that_happens_now(text: str, alarming: bool) -> None:
    assert is_alarming(clean(text)) is alarming
