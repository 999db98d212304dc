"""Short answers to a question of the staging: what "fine", "next week" or "both are gone" means where it was asked.

The words are data: plain_answers.yml.
"""

import itertools
import re
from functools import cache
from pathlib import Path

import yaml

_DATA = yaml.load(Path(__file__).with_suffix(".yml").read_text("utf-8"), getattr(yaml, "CBaseLoader", yaml.BaseLoader))
_FIRST, _AROUND = (frozenset(word.strip() for word in _DATA[kind].split(",")) for kind in ("first", "around"))
_CONTRARY = {("diagnosed", "yes"), ("gastrostomy", "in_place"), ("niv", "in_place")}
"""What does not go with a "no" before it: "no, in June" says nothing that is sure."""
_ALARMING = tuple(stem.strip() for stem in _DATA["alarming"].split(","))
LONGEST = 14
"""Words of a message that may be a plain answer."""


@cache
def _answers(asked: str) -> dict[tuple[str, ...], str]:
    return {
        words: value
        for value, phrases in _DATA.get(asked, {}).items()
        for phrase in phrases.split(",")
        for words in _spelled_out(phrase)
    }


def _spelled_out(phrase: str) -> list[tuple[str, ...]]:
    choices = []
    for token in phrase.split():
        optional = token.startswith("[")
        choices.append([*token.strip("[]").split("/"), *([""] if optional else [])])
    return [tuple(_core([word for word in words if word])) for words in itertools.product(*choices)]


def _core(words: list[str]) -> list[str]:
    """The words without those that say nothing; all of them, where nothing else is said."""
    return [word for word in words if word not in _AROUND] or words


def read_plain_answer(asked: str | None, text: str) -> str | None:
    """The value that a cleaned message gives to the slot `asked`, if it is a plain answer to just that question."""
    if not asked or not text:
        return None
    whole = _read(asked, text)
    if whole is None:  # "he can't walk at all, hoist for every move"
        values = {_read(asked, part) for part in re.split(r"[,.;!]|\band\b", text) if re.search(r"\w", part)}
        return values.pop() if len(values) == 1 else None
    return whole


def is_alarming(text: str) -> bool:
    """Whether a word of a cleaned message may speak of something that happens now."""
    return any(word.startswith(_ALARMING) for word in re.findall(r"\w+", text.lower()))


def _read(asked: str, text: str) -> str | None:
    words = re.findall(r"\w+", text.lower().replace("'", ""))
    if not words or len(words) > LONGEST:
        return None
    answers = _answers(asked)
    value = answers.get(tuple(_core(words)))
    if value is None and words[0] in _FIRST and len(words) > 1:
        value = answers.get(tuple(_core(words[1:])))
        if words[0] in ("no", "nope", "nah") and (asked, value) in _CONTRARY:
            return None
    return value
