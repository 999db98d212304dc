"""Which part of an answer a message asks for: "how is it given", "stage 4a", "thick phlegm"."""

import re
from functools import cache
from pathlib import Path

import yaml

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar a string: stage "1" is a name
_WORDS: dict[str, dict[str, list[str]]] = yaml.load(Path(__file__).with_suffix(".yml").read_text("utf-8"), _LOADER)


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")


def read_details(text: str) -> list[tuple[str, str]]:
    """The parts that a cleaned text names, as (intent, detail): for each intent in the order of details.yml."""
    text = text.lower()
    return [
        (intent, detail)
        for intent, details in _WORDS.items()
        for detail, phrases in details.items()
        if any(phrase in text and _pattern(phrase).search(text) for phrase in phrases)
    ]
