"""First step of guide.language.body: a text becomes a row of words with their meanings (body.yml), and of marks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from guide.language.text import clean

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*|'[^\W\d_]+|\s-+\s|[.,;:!?…\n()/&+>]")
_CONTRACTION = re.compile(r"^(.+?)('(?:s|re|ve|ll|d|m))$")
_MARKS = {
    ",": "comma",
    ">": "comma",
    " - ": "comma",
    "(": "comma",
    ")": "comma",
    "/": "or",
    "&": "or",
    "+": "or",
    "?": "question",
}
_MARKS |= dict.fromkeys(".;!…\n", "stop") | {":": "light"}
_LONGEST_WORD = 24
LONGEST_CLAUSE = 40  # items; keeps the time linear, whatever is sent


@dataclass(frozen=True, slots=True)
class Item:
    """A word or phrase with its meanings; owned: "her" or "the" stands before it."""

    words: str
    tags: frozenset[str]
    owned: bool = False

    @property
    def named(self) -> bool:
        return "named" in self.tags

    @property
    def cue(self) -> bool:
        return "cue" in self.tags


@dataclass(slots=True)
class Clause:
    """Items up to the next boundary. after: what kind of boundary it follows; ends: the mark that closes it."""

    sentence: int
    after: frozenset[str] = frozenset()
    items: list[Item] = field(default_factory=list)
    ends: str = "stop"

    def has(self, *tags: str) -> bool:
        return any(not i.tags.isdisjoint(tags) for i in self.items)

    def is_list(self) -> bool:
        return any(i.named for i in self.items) and not any(i.cue for i in self.items)


class _Vocabulary:
    """body.yml, arranged for looking up: phrases by their first word, longest first, and what people mistype."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.determiners = frozenset(data["determiners"])
        self.subjects = frozenset(data["subjects"])
        self.questions = {name: frozenset(words) for name, words in data["questions"].items()}
        tags: dict[str, set[str]] = {}
        for entry, given in _entries(data):
            for phrase in _expand(entry):
                tags.setdefault(phrase, set()).update(given)
        self.phrases: dict[str, list[tuple[list[str], frozenset[str]]]] = {}
        for phrase in sorted(tags, key=lambda p: (-len(p.split()), p.endswith("*"), -len(p))):
            words = phrase.split()
            self.phrases.setdefault(words[0], []).append((words, frozenset(tags[phrase])))
        self.words = {word for phrase in tags for word in phrase.split()}
        self.stems = {word for word in self.words if word.endswith("*")}
        self.mended: dict[str, str] = {slip: word for word, slips in data["misspellings"].items() for slip in slips}
        self.mistyped = {key: word for word in data["often_mistyped"] for key in _slips(word)}

    def mend(self, word: str) -> str:
        """The word as it was meant: "swolow" is swallow, "hnads" hands."""
        if word in self.mended:
            return self.mended[word]
        known = word in self.words or word in self.determiners or self.stem(word) is not None
        if known or not 3 < len(word) <= _LONGEST_WORD:
            return word
        return next((self.mistyped[key] for key in _slips(word) if key in self.mistyped), word)

    def stem(self, word: str) -> str | None:
        ends = range(min(len(word), _LONGEST_WORD), 2, -1)
        return next((stem for end in ends if (stem := word[:end] + "*") in self.stems), None)

    def longest(self, words: Sequence[str], start: int) -> tuple[int, frozenset[str]] | None:
        """Where the longest phrase that begins at start ends, and what it means."""
        word, best = words[start], None
        for key in (word, self.stem(word)):
            for phrase, tags in self.phrases.get(key, ()) if key else ():
                end = self._end(phrase, words, start)
                if end and (best is None or len(phrase) > best[2]):
                    best = (end, tags, len(phrase))
        return best and best[:2]

    def _end(self, phrase: Sequence[str], words: Sequence[str], at: int) -> int | None:
        for number, part in enumerate(phrase):
            if number and at < len(words) and words[at] != part and words[at] in self.determiners:
                at += 1
            if at >= len(words) or not (words[at] == part or (part[-1] == "*" and words[at].startswith(part[:-1]))):
                return None
            at += 1
        return at


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Each entry of the vocabulary with the tags that its place in the file gives it."""
    for region, kinds in data["regions"].items():
        for kind, entries in kinds.items():
            yield from ((entry, {"named", "region", kind, region}) for entry in entries)
    for entry in data["both_limbs"]:
        yield entry, {"named", "region", "parts", "upper_limb", "lower_limb"}
    for tag in ("silent", "whole", "none", "rest", "rest_none"):
        yield from ((entry, {"named", tag}) for entry in data[tag])
    for tag, entries in data["support"].items():
        device = tag if tag == "gastrostomy" else "niv"
        yield from ((entry, {"named", "device", device, tag}) for entry in entries)
    for section, cue in (
        ("cues", {"cue"}),
        ("support_cues", {"cue"}),
        ("linking", set[str]()),
        ("diagnosis", set[str]()),
    ):
        for tag, entries in data[section].items():
            yield from ((entry, {tag} | cue) for entry in entries)
    for tag in ("idioms", "light"):
        yield from ((entry, {"light"}) for entry in data[tag])


def _expand(entry: str) -> Iterator[str]:
    """hold cup/pen → hold cup, hold pen"""
    words = (part for word in entry.split() for part in _apart(word))
    yield from (" ".join(chosen) for chosen in product(*(word.split("/") for word in words)))


def _apart(word: str) -> tuple[str, ...]:
    """she's → she 's"""
    found = _CONTRACTION.match(word)
    return (found[1], found[2]) if found else (word,)


def _slips(word: str) -> tuple[object, ...]:
    """Keys that a word shares with its mistyped forms: letters swapped or doubled; vowels confused in a long word."""
    consonants = re.sub(r"(.)\1+", r"\1", re.sub("[aeiou]", "", word[1:]))
    letters = (word[0], frozenset(word))
    return (letters, word[0] + consonants) if len(consonants) > 2 else (letters,)


@cache
def load_vocabulary() -> _Vocabulary:
    source = Path(__file__).with_name("body.yml").read_text(encoding="utf-8")
    return _Vocabulary(
        yaml.load(source, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    )  # every scalar a string: "no" and "on" are words here


def read_items(text: str) -> list[Item]:
    vocabulary = load_vocabulary()
    words: list[str] = []
    for token in _TOKEN.findall(clean(text).lower()):
        words.extend(part for piece in _apart(token) for part in _apart(vocabulary.mend(piece)))
    items: list[Item] = []
    at, owned = 0, False
    while at < len(words):
        word = words[at]
        found = vocabulary.longest(words, at)
        if word in vocabulary.determiners and (found is None or found[0] == at + 1):
            at, owned = at + 1, True
            continue
        mark = "comma" if word.isspace() or word.strip(" ") == "-" else _MARKS.get(word)
        number = {"light"} if word.isdigit() else set[str]()
        end, tags = found or (at + 1, frozenset({mark} if mark else number))
        items.append(Item(" ".join(words[at:end]), tags, owned))
        at, owned = end, False
    return items
