"""Danger signals: does a message say that somebody needs help now, or today, before anything else is answered?

What people say, and what speaks against it, is data: danger.yml, whose head explains how to read and change it.
This module applies it clause by clause. In doubt it reports danger: a mistaken alarm costs less than a missed one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

import yaml

from guide.language.text import sentences

__all__ = ["Danger", "Level", "read_danger"]

Level = Literal["emergency", "crisis", "urgent_today"]
_LEVELS: tuple[Level, ...] = get_args(Level)  # strongest first
_DATA: dict[str, Any] = yaml.load(
    Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
)
_WORD = re.compile(r"\w+|!{2,}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Danger:
    level: Level
    rule: str
    """The id in danger.yml of the rule that fired."""


def read_danger(text: str) -> tuple[Danger, ...]:
    """The dangers a cleaned message speaks of, strongest first, at most one a level; () when there is none."""
    found = _read(text)
    if "\n" in text:  # a line may break in the middle of a sentence
        found = _read(text.replace("\n", " ")) | found
    return tuple(Danger(level, found[level]) for level in _LEVELS if level in found)


def _read(text: str) -> dict[Level, str]:
    clauses = [_Clause(words) for words in _clauses(text)]
    hinted = {phrases for clause in clauses for phrases in clause.hinted}
    short = _FILLERS.sub("", "".join(clause.words for clause in clauses))
    found: dict[Level, str] = {}
    for rule in _RULES:
        if rule.level not in found and rule.fires(clauses, hinted, short):
            found[rule.level] = rule.id
    return found


def _clauses(text: str) -> Iterator[str]:
    """Lower-case words, each followed by a space: no apostrophes, known slips mended, idioms blanked."""
    for sentence in sentences(text):
        words = [_SLIPS.get(w) or _SLIPS.get(_squeeze(w), w) for w in _WORD.findall(sentence.lower().replace("'", ""))]
        plain, keys = "".join(f"{word} " for word in words), _keys(words)
        for phrases, meaning in _REWRITES:
            for pattern in phrases.candidates(keys):
                plain = pattern.sub(meaning, plain)
        yield from (clause for clause in _SPLIT.split(plain) if clause.strip())


# --- what the phrases of danger.yml become


def _element(token: str) -> str:
    """One element of a phrase as a regular expression; every word takes the space after it along."""
    if token == "...":
        return r"(?:\S+ ){0,3}?"
    if token == ".":
        return r"(?=(?:(?:help|please|pls|now|!!+) )*$)"
    if token.startswith("["):
        return f"(?:{_element(token[1:-1])})?"
    return f"(?:{'|'.join(_alternative(word) for word in token.split('/'))})"


def _alternative(word: str) -> str:
    if word.startswith("<"):
        return _group(word[1:-1])
    return re.escape(word[:-1]) + r"\S* " if word.endswith("*") else re.escape(word) + " "


def _split(lines: str | Iterable[str]) -> list[str]:
    text = lines if isinstance(lines, str) else ",".join(lines)
    return [phrase for phrase in text.split(",") if phrase.strip()]


def _expression(phrase: str) -> str:
    return "".join(map(_element, phrase.split()))


@cache
def _group(name: str) -> str:
    return f"(?:{'|'.join(map(_expression, _split(_DATA['groups'][name])))})"


@cache
def _pattern(lines: str) -> re.Pattern[str]:
    """Matches any of the phrases, separated by commas, at the beginning of a word; never when there are none."""
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(_expression, _split(lines))) or '(?!)'})")


def _anchors(phrase: str) -> set[str]:
    """Words of which a text must have one to have the phrase: those of its rarest element."""
    elements = [token for token in phrase.split() if token[0] not in "[."]
    return min((set[str]().union(*map(_word_anchors, e.split("/"))) for e in elements), key=_commonness)


@cache
def _word_anchors(word: str) -> frozenset[str]:
    group = _split(_DATA["groups"][word[1:-1]]) if word.startswith("<") else []
    return frozenset[str]().union(*map(_anchors, group)) if group else frozenset({word})


def _commonness(words: set[str]) -> int:
    return sum(_COUNTS[word] for word in words)


def _keys(words: Iterable[str]) -> set[str]:
    """The words, and the beginnings of words that phrases name ("suicid*")."""
    keys = set(words)
    return keys | {p for word in keys for n in range(1, len(word) + 1) if (p := f"{word[:n]}*") in _COUNTS}


class _Phrases:
    """Phrases that are only tried on a text that has their rarest word: a hundred times faster than one pattern."""

    of_word: ClassVar[dict[str, set["_Phrases"]]] = {}
    """All phrases of which one has this word for its rarest."""

    def __init__(self, lines: str | Iterable[str]) -> None:
        self.index: dict[str, list[str]] = {}
        for phrase in _split(lines):
            for word in _anchors(phrase):
                self.index.setdefault(word, []).append(phrase)
                self.of_word.setdefault(word, set()).add(self)

    def candidates(self, keys: set[str]) -> set[re.Pattern[str]]:
        # Compiled when first needed: all of them together take half a second.
        return {_pattern(phrase) for word in self.index.keys() & keys for phrase in self.index[word]}

    def found(self, clause: "_Clause") -> Iterator[re.Match[str]]:
        if self in clause.hinted:
            for pattern in self.candidates(clause.keys):
                yield from pattern.finditer(clause.words)


def _squeeze(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def _one_slip(word: str) -> set[str]:
    """Every spelling one lost, added, wrong or swapped letter away."""
    cuts = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]  # people get the first letter right
    lost = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    other = {a + c + rest for a, b in cuts for c in _LETTERS for rest in (b, b[1:])}
    return lost | swapped | other


def _slips() -> dict[str, str]:
    slips: dict[str, str] = {}
    keys = _DATA["slips"]["one_letter"].split()
    for right in keys:
        slips.update(dict.fromkeys((*_one_slip(right), _squeeze(right)), right))
    for right, wrong in _DATA["slips"]["others"].items():
        slips.update(dict.fromkeys(wrong.split(), right))
    for word in (*keys, *_DATA["slips"]["real_words"].split()):
        slips[word] = word
    return slips


@dataclass(frozen=True)
class _Frame:
    """Words that say "not now": before a phrase, with at most `reach` words between, or anywhere in its clause."""

    phrases: _Phrases
    reach: int | None
    firm: bool
    """Holds even when other words of the clause say "now"."""


class _Clause:
    def __init__(self, words: str) -> None:
        self.words = words
        self.keys = _keys(words.split())
        self.hinted = {phrases for key in self.keys for phrases in _Phrases.of_word.get(key, ())}
        self.now = any(_NOW.found(self))
        frames = ((name, frame.phrases) for name, frame in _FRAMES.items() if frame.phrases in self.hinted)
        spans = {name: [match.span() for match in phrases.found(self)] for name, phrases in frames}
        self.frames = {name: found for name, found in spans.items() if found}

    def says(self, phrases: _Phrases, against: Iterable[str]) -> bool:
        """Whether the clause has one of the phrases where no frame of these names suspends it."""
        frames = [(_FRAMES[n], self.frames[n]) for n in against if n in self.frames]
        frames = [(frame, spans) for frame, spans in frames if frame.firm or not self.now]
        return any(not any(self._holds(f, spans, m.start()) for f, spans in frames) for m in phrases.found(self))

    def _holds(self, frame: _Frame, spans: list[tuple[int, int]], start: int) -> bool:
        if frame.reach is None:
            return True
        return any(a < start and self.words.count(" ", b, start) <= frame.reach for a, b in spans)


class _Rule:
    def __init__(self, level: Level, data: dict[str, Any]) -> None:
        self.id: str = data["id"]
        self.level = level
        frames: list[str] = _DATA["levels"][level]
        against = {"says": frames, "happened": [*frames, "past"], "always": ["negated"]}
        self.ways = [(_Phrases(data[key]), names) for key, names in against.items() if key in data]
        self.together = [(_Phrases(part), [*frames, "past"]) for part in data.get("together", ())]
        self.short = _pattern(",".join(_split(data.get("short", ()))))
        self.unless = _Phrases(data.get("unless", ()))
        self.phrases = {phrases for phrases, _ in [*self.ways, *self.together]}

    def fires(self, clauses: list[_Clause], hinted: set[_Phrases], short: str) -> bool:
        """Whether the clauses say it. `hinted`: the phrases of which any clause has a rare word."""
        if self.short.fullmatch(short):
            return True
        if self.phrases.isdisjoint(hinted):
            return False
        if any(self._spoken(*way, clauses) for way in self.ways):
            return True
        return bool(self.together) and all(self._spoken(*part, clauses) for part in self.together)

    def _spoken(self, phrases: _Phrases, against: list[str], clauses: list[_Clause]) -> bool:
        return any(clause.says(phrases, against) and not any(self.unless.found(clause)) for clause in clauses)


_COUNTS = Counter(re.findall(r"[\w!]+\*?", str([_DATA[key] for key in ("groups", "frames", *_LEVELS)])))
_SLIPS = _slips()
_REWRITES = [(_Phrases(said), f"{meant} ") for meant, said in _DATA["rewrite"].items()]
_SPLIT = _pattern(",".join(_split(_DATA["split"])))
_FILLERS = _pattern(",".join(_split(_DATA["fillers"])))
_NOW = _Phrases(_DATA["now"])
_FRAMES = {n: _Frame(_Phrases(f["says"]), f.get("reach"), f.get("firm", False)) for n, f in _DATA["frames"].items()}
_RULES = [_Rule(level, rule) for level in _LEVELS for rule in _DATA[level]]
