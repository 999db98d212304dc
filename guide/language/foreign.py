"""Messages in other languages: which one, and the commonest words for danger. The guide answers in English only."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_CODES = "ar bn cs da de el en es fa fi fr he hi hu id it ja ko nb nl pl pt ro ru sv th tr uk ur vi zh"
LANGUAGES = _CODES.split()
"""ISO 639-1 codes that are told apart."""
SURE, FEWEST_WORDS = 0.99, 4
_ENGLISH_WORDS = """
the my he she what how does can can't cant do don't dont with get help you your they when want need i i'm im and for
have his this that are would should could him he's she's it's who there not now next after been from gone good out old
pls plz please
"""
ENGLISH = frozenset(_ENGLISH_WORDS.split())
ENGLISH_SHARE = 0.25
"""Who uses so many common English words writes English, however terse or misspelt. Two in a thousand English training
examples are taken for another language even so; shorter ones too often."""

_PHRASES: dict[str, dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf-8"))


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def read_language(text: str) -> str | None:
    """The language of a cleaned text that is surely not English; None for English and where it is not sure."""
    letters = [c for c in text if c.isalpha()]
    foreign_script = sum(not unicodedata.name(c, "").startswith("LATIN") for c in letters) > len(letters) / 2
    words = text.lower().split()
    if not foreign_script and (
        len(words) < FEWEST_WORDS or sum(word in ENGLISH for word in words) >= ENGLISH_SHARE * len(words)
    ):
        return None
    language, probability = _identifier().classify(text)
    if language == "en" or not (foreign_script or probability >= SURE):
        return None
    return str(language)


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    whole: list[str] = []
    parts: list[str] = []
    for phrase in map(str.lower, phrases):  # scripts without spaces have no whole words
        (whole if re.search(r"[a-z]", phrase) else parts).append(re.escape(phrase))
    if whole:  # one look for all of them at what stands before: many times faster than one for each
        parts.append(rf"(?<!\w)(?:{'|'.join(whole)})(?!\w)")
    return re.compile("|".join(parts) or r"(?!)")


_DANGER = {
    (level, sure): _pattern(p for groups in _PHRASES.values() for p in groups.get(level + "_if_sure" * sure, []))
    for level in ("emergency", "crisis")
    for sure in (False, True)
}


def read_foreign_danger(text: str, language: str | None) -> set[str]:
    """The levels of danger ("emergency", "crisis") that words of other languages in a cleaned text speak of."""
    text = text.lower()
    return {level for (level, sure), pattern in _DANGER.items() if (language or not sure) and pattern.search(text)}
