"""Clean text: what every reader of a message sees, so that none has to think of quotes, emoji or length."""

import re
import unicodedata

LONGEST = 2_000
"""Characters of a message that are read. Of a longer one the beginning and the end count: that is where people ask."""

_QUOTES = str.maketrans("‘’‚‛`´“”„", "''''''\"\"\"")
_DASHES = re.compile(r"[‐-―−]")
_LINES = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_REPEATED = re.compile(r"\b(?:iii|www)\b|([^\W\d_])\1{2,}", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+|;\s+")
_ABBREVIATIONS = re.compile(r"\b(?:dr|mr|mrs|ms|prof|st|e\.g|i\.e|approx|vs)\.$", re.IGNORECASE)


def clean(text: str) -> str:
    """The message in one plain form: NFKC, straight quotes, no invisible characters, no lettttters in a row.

    Letter case and line breaks are kept, since capitals and lines carry meaning. Never longer than LONGEST characters.
    """
    text = _LINES.sub("\n", _ends(text, 10 * LONGEST))  # bounded first: normalising a huge text takes time
    text = unicodedata.normalize("NFKC", _visible(text.translate(_QUOTES)))
    text = _DASHES.sub("-", _visible(text))
    text = _REPEATED.sub(lambda match: match[1] * 2 if match[1] else match[0], text)
    return _ends(_SPACES.sub(" ", text).strip(), LONGEST)


def sentences(text: str) -> list[str]:
    """The sentences of a cleaned text, in order, none empty. A line break ends a sentence as people type them."""
    found: list[str] = []
    for part in _SENTENCE_END.split(text):
        if found and _ABBREVIATIONS.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        elif part.strip():
            found.append(part.strip())
    return found


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def _ends(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    half = length // 2
    return f"{text[: half - 1]}\n{text[-half:]}"
