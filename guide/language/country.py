"""Which country somebody speaks of: it decides numbers, helplines and medicines."""

import re
from pathlib import Path

import yaml

_WORDS: dict[str, list[str]] = yaml.load(
    Path(__file__).with_suffix(".yml").read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
)


def _pattern(words: list[str], flags: int = 0) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(re.escape(word) for word in longest_first)})(?!\w)", flags)


_CODES = {word: code for code, words in _WORDS.items() for word in words}
_AS_WRITTEN = _pattern([word for word in _CODES if word != word.lower()])
_ANY_CASE = _pattern([word for word in _CODES if word == word.lower()], re.IGNORECASE)


def read_country(text: str) -> str | None:
    """The country last named in a cleaned text as an ISO 3166 code of data/countries.yml; None where none is named."""
    shouting = text.isupper()  # "WHAT HELPS US": capitals say nothing there
    found = list(_ANY_CASE.finditer(text)) + ([] if shouting else list(_AS_WRITTEN.finditer(text)))
    last = max(found, key=lambda match: match.start(), default=None)
    return None if last is None else _CODES.get(last[0]) or _CODES[last[0].lower()]
