"""Which part of an answer a message asks for: "how is it given", "stage 4a", "thick phlegm"."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar a string: stage "1" is a name
_WORDS: dict[str, dict[str, list[str]]] = yaml.load(Path(__file__).with_suffix(".yml").read_text("utf-8"), _LOADER)

_WORD = re.compile(r"\w+")


def _by_first_word() -> Mapping[str, list[tuple[int, str, str, str]]]:
    """Phrases by first word, since a message has few of the thousands: place in the file, intent, detail, phrase."""
    index = defaultdict(list)
    parts = [(intent, detail, phrases) for intent, details in _WORDS.items() for detail, phrases in details.items()]
    for place, (intent, detail, phrases) in enumerate(parts):
        for phrase in phrases:
            index[_WORD.findall(phrase)[0]].append((place, intent, detail, phrase))
    return index


_PHRASES = _by_first_word()


@cache
def _whole(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")


def read_details(text: str) -> list[tuple[str, str]]:
    """The parts that a cleaned text names, as (intent, detail): for each intent in the order of details.yml."""
    text = text.lower()
    found = {
        (place, intent, detail)
        for word in {*_WORD.findall(text)}
        for place, intent, detail, phrase in _PHRASES.get(word, ())
        if phrase in text and _whole(phrase).search(text)
    }
    return [(intent, detail) for _, intent, detail in sorted(found)]
