"""Clean text, sentences, questions and countries: what every reader of a message relies on."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guide.language.country import read_country
from guide.language.questions import is_question, split
from guide.language.text import LONGEST, clean, sentences
from tests.conftest import ROOT

COUNTRIES: dict[str, Any] = yaml.safe_load((ROOT / "data/countries.yml").read_text("utf-8"))["countries"]

# Clean text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Can’t she ‘talk’?", "Can't she 'talk'?"),
        ("“PEG” „RIG“", '"PEG" "RIG"'),
        ("don`t", "don't"),
        ("stage 2 – or 3 — or −4", "stage 2 - or 3 - or -4"),
        ("ｂｒｅａｔｈｉｎｇ", "breathing"),  # full width
        ("ﬁne", "fine"),  # one ligature
        ("can\u200bnot \u2060wal\u00adk\ufeff", "cannot walk"),  # zero width, soft hyphen
        ("her\u202e legs\u0000", "her legs"),  # direction marks, control characters
        ("cafe\u0301", "café"),
        ("pleeeease heeelp", "pleease heelp"),
        ("legs and feet", "legs and feet"),  # two letters in a row are spelling
        ("ring 999, or 1111", "ring 999, or 1111"),
        ("help!!!", "help!!!"),
        ("  a \t b\u00a0\u2003c  ", "a b c"),
        ("ARMS\nlegs", "ARMS\nlegs"),
        ("thank you ❤️ 😢", "thank you ❤️ 😢"),
        ("", ""),
        (" \n\u200b ", ""),
    ],
)
def test_a_message_is_read_in_one_plain_form(typed: str, read: str) -> None:
    assert clean(typed) == read


def test_an_acute_accent_typed_as_an_apostrophe_is_one() -> None:
    assert clean("don´t") == "don't"


@pytest.mark.parametrize("end", ["\r", "\v", "\f", "\x85"])
def test_an_old_line_end_still_parts_two_words(end: str) -> None:
    assert clean(f"legs{end}arms").split() == ["legs", "arms"]


def test_stage_iii_stays_stage_iii() -> None:
    assert clean("is she at stage III?") == "is she at stage III?"


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1, 10_000, 20_001, 1_000_000])
def test_of_a_long_message_both_ends_are_read(length: int) -> None:
    text = "First words. " + "and so on, " * (length // 11 + 1)
    text = text[: length - len(" Last words.")] + " Last words."
    assert len(text) == length
    read = clean(text)
    assert len(read) <= LONGEST
    assert read.startswith("First words.")
    assert read.endswith("Last words.")


def test_letters_that_stand_for_many_do_not_make_a_message_long() -> None:
    assert len(clean("ﷺ" * 1_000_000)) == LONGEST


@given(st.text(max_size=300) | st.text("aA'´’\u200b …\n\t-—é!", max_size=60))
def test_a_clean_text_is_never_longer_than_what_is_read_and_has_nothing_invisible(text: str) -> None:
    read = clean(text)
    assert len(read) <= LONGEST
    assert read == read.strip()
    assert not set(read) & set("\t\r\u200b\u00ad\ufeff‘’“”")


@given(
    st.text("aAbe's ’“\n\t-—!?.1é😢ﷺﬁ½…\u00a0\u200d", max_size=60) | st.text("abcé \n", min_size=1_900, max_size=3_000)
)
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_cleaning_a_clean_text_changes_nothing_where_something_invisible_parted_an_accent() -> None:
    assert clean(clean("e\u200b\u0301")) == clean("e\u200b\u0301")


# Sentences


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Her legs are weak. Her arms too!", ["Her legs are weak.", "Her arms too!"]),
        ("legs\narms\n\nspeech", ["legs", "arms", "speech"]),
        ("weak legs; fine arms", ["weak legs", "fine arms"]),
        ("what now?? help", ["what now??", "help"]),
        ("Dr. Smith saw him. Good.", ["Dr. Smith saw him.", "Good."]),
        ("a mask, e.g. at night, i.e. BiPAP", ["a mask, e.g. at night, i.e. BiPAP"]),
        ("since 2.5 years at als.org", ["since 2.5 years at als.org"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_people_end_them(text: str, read: list[str]) -> None:
    assert sentences(text) == read


@given(st.text(max_size=200))
def test_sentences_keep_every_word_in_order(text: str) -> None:
    text = clean(text).replace(";", "")  # which ends a sentence, and is dropped there
    read = sentences(text)
    assert all(sentence.strip() for sentence in read)
    assert "".join("".join(read).split()) == "".join(text.split())


# Questions


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Is there a cure? What is riluzole?", ["Is there a cure?", "What is riluzole?"]),
        ("is there a cure and what about her arms", ["is there a cure", "what about her arms"]),
        ("what is als, and how fast does it go", ["what is als", "how fast does it go"]),
        ("what helps with saliva also is it normal", ["what helps with saliva", "is it normal"]),
        ("wot is mnd n do i get it off mum", ["wot is mnd", "do i get it off mum"]),
        ("Is vitamin E proven, and does a small whisky harm?", ["Is vitamin E proven", "does a small whisky harm?"]),
        ("is there a cure if not what tablets", ["is there a cure", "what tablets"]),
        ("dad cant swalow wot shud we do", ["dad cant swalow", "wot shud we do"]),
        ("and what do we do", ["and what do we do"]),
        ("yes and is there a cure", ["yes", "is there a cure"]),
        ("yes, can she still drive", ["yes", "can she still drive"]),
        ("no can she drive", ["no", "can she drive"]),
        ("yeah her arms", ["yeah", "her arms"]),
        ("no his legs are fine", ["no his legs are fine"]),
        ("Her legs are weak. What stage is it", ["Her legs are weak.", "What stage is it"]),
        ("Can Dr. Smith stage her? Is it e.g. stage 2?", ["Can Dr. Smith stage her?", "Is it e.g. stage 2?"]),
        ("is there a cure?\n...\nthanks", ["is there a cure?", "thanks"]),
        ("?!", ["?!"]),
        ("", [""]),
    ],
)
def test_each_question_of_a_message_is_a_part(text: str, parts: list[str]) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    "sentence",
    [
        "her arms and legs are weak",
        "he chokes on water and his voice is nasal",
        "what helps with cramps and pain",
        "is riluzole safe for my mum and me",
        "she was diagnosed in March, in Leeds, by Prof. Jones",
        "both hands, but not the legs",
        "I know that there is no cure",
        "how are stage 2 and stage 3 different",
    ],
)
def test_a_normal_sentence_stays_whole(sentence: str) -> None:
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "her speech is slurred and is getting worse",
        "she can't walk but can stand",
        "he has a PEG and has lost weight",
        "she is weak, has cramps",
        "she sees the team in May and will get a mask",
    ],
)
def test_one_subject_that_does_two_things_is_one_sentence(sentence: str) -> None:
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    "text",
    [
        "Is there a cure?",
        "is there a cure",
        "whats als",
        "and what about her arms",
        "ok so how long does it take",
        "yes, can she still drive",
        "tell me about riluzole",
        "any new treatments",
        "I'd like to know what NIV is",
        "her legs too?",
    ],
)
def test_a_question_is_known_by_its_mark_or_by_how_it_begins(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    ["her legs are weak", "yes", "not sure", "no, his arms are fine", "island life is good", "I know what ALS is"],
)
def test_a_statement_is_no_question(text: str) -> None:
    assert not is_question(text)


@given(st.text(max_size=200))
def test_a_message_always_has_a_part(text: str) -> None:
    assert split(clean(text))


# Countries


@pytest.mark.parametrize(("code", "name"), [(code, country["name"]) for code, country in COUNTRIES.items()])
def test_every_country_is_known_by_its_name(code: str, name: str) -> None:
    short = name.partition(" (")[0]
    for text in (name, short, short.lower(), short.upper(), f"We live in {short}.", f"is it approved in {short}?"):
        assert read_country(clean(text)) == code


def test_there_are_27_countries() -> None:
    assert len(COUNTRIES) == 27


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("what can help us", None),
        ("nobody told us", None),
        ("we are in the US", "US"),
        ("we are in the U.S. now", "US"),
        ("WHAT HELPS US", None),  # capitals say nothing there
        ("we live in Leeds", "GB"),
        ("on the NHS", "GB"),
        ("is it free on the nhs?", "GB"),
        ("my uncle in Kerala", "IN"),
        ("London, Ontario", "CA"),
        ("British Columbia", "CA"),
        ("New South Wales", "AU"),
        ("Northern Ireland", "GB"),
        ("from India, but now in Germany", "DE"),  # of several the last
        ("Germany or the UK", "GB"),
        ("Indiana", None),
        ("my legs are weak", None),
        ("no, it is at night", None),  # NO, IT, AT are codes, too
        ("", None),
    ],
)
def test_a_country_is_read_from_places_and_services(text: str, code: str | None) -> None:
    assert read_country(text) == code


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("Albuquerque, New Mexico", "MX"), ("a clinic in New England", "GB"), ("Manchester, New Hampshire", "GB")],
)
def test_a_part_of_the_united_states_is_not_another_country(text: str, wrong: str) -> None:
    assert read_country(text) != wrong
