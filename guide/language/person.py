"""Whom a message is about: a family word to keep in replies ("mum"), or the writer."""

import re
from pathlib import Path
from typing import Any

import yaml

ME, SOMEONE = "me", "someone"
_DATA: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf-8"))
_GROUP: dict[str, int] = {word: number for number, words in enumerate(_DATA["people"]) for word in words}


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_FIRST = r"^(?:(?:and|what about|how about|hi|hello|so)[\s,]+)*|\b(?:is|for|about|does|has)\s+"
_OTHER = re.compile(rf"(?:\b(?:my|our)\s+(?:late\s+)?|{_FIRST})({_any_of([*_GROUP])})\b")
_WRITER = re.compile(rf"\bmy\s+(?:{_any_of(_DATA['my'])})\b|\b(?:{_any_of(_DATA['me'])})\b")
_OTHERS = re.compile(
    rf"\b(?:my|our)\s+(?:late\s+(?:{_any_of([*_GROUP])})|{_any_of(_DATA['seldom'])})(?:'s)?\s+(?:had|has|used|needed)\b"
    r"[^.,;!?\n]*?\b(?:tube|peg|rig|mask|bipap|niv|ventilator|wheelchair)\b[^.;!?\n]*?(?=,|\bbut\b|[.;!?\n]|$)",
    re.I,
)


def read_person(text: str) -> str | None:
    """The one person that a cleaned text is about: the word used for them, or ME. None where that is open."""
    text = text.lower()
    if _WRITER.search(text):
        return ME
    named = _OTHER.findall(text)
    return str(named[0]) if len({_GROUP[word] for word in named}) == 1 else None


def without_others(text: str) -> str:
    """A cleaned text without what is told of people who are seldom staged: "my aunt had a feeding tube"."""
    return _OTHERS.sub("", text)


def same_person(one: str, other: str) -> bool:
    """Whether two words that `read_person` found stand for the same person: "mum" and "mother"."""
    return one == other or (one in _GROUP and _GROUP.get(one) == _GROUP.get(other))
