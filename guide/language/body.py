"""Read body regions, feeding and breathing support, and the diagnosis from a carer's own words.

The words are data (body.yml). The text becomes a row of tagged items, the items become clauses, and in each clause cues
("weak", "fine", "not") are bound to what is named ("arms", "the mask"). A clause that asks, supposes or fears tells
nothing, and where it is not clear what is meant nothing is read: a King's stage is suggested from the result.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any, Literal

import yaml

from guide.language.text import clean

__all__ = ["BodyReport", "Finding", "Support", "read_body"]

Finding = Literal["affected", "unaffected", "unknown"]
Support = Literal["needed", "in_place", "declined", "stopped", "no", "unknown"]
Diagnosed = Literal["yes", "no", "unknown"]

COUNTED = ("bulbar", "upper_limb", "lower_limb")
OPPOSITE: Mapping[Finding, Finding] = {"affected": "unaffected", "unaffected": "affected", "unknown": "unknown"}
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
_LONGEST_CLAUSE = 40  # items; keeps the time linear, whatever is sent


@dataclass(frozen=True)
class BodyReport:
    """What a text says. Regions and kinds of support that it does not speak of are missing."""

    regions: Mapping[str, Finding]
    support: Mapping[str, Support]
    diagnosed: Diagnosed | None
    closed: bool
    correction: bool
    others: Finding | None


@dataclass(frozen=True, slots=True)
class _Item:
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
class _Clause:
    """Items up to the next boundary. after: what kind of boundary it follows; ends: the mark that closes it."""

    sentence: int
    after: frozenset[str] = frozenset()
    items: list[_Item] = field(default_factory=list)
    ends: str = "stop"

    def has(self, *tags: str) -> bool:
        return any(not i.tags.isdisjoint(tags) for i in self.items)

    def is_list(self) -> bool:
        return any(i.named for i in self.items) and not any(i.cue for i in self.items)


# --- words to tagged items


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
def _vocabulary() -> _Vocabulary:
    source = Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    return _Vocabulary(
        yaml.load(source, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    )  # every scalar a string: "no" and "on" are words here


def _items(text: str) -> list[_Item]:
    vocabulary = _vocabulary()
    words: list[str] = []
    for token in _TOKEN.findall(clean(text).lower()):
        words.extend(part for piece in _apart(token) for part in _apart(vocabulary.mend(piece)))
    items: list[_Item] = []
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
        items.append(_Item(" ".join(words[at:end]), tags, owned))
        at, owned = end, False
    return items


# --- items to clauses


def _clauses(items: Sequence[_Item]) -> list[_Clause]:
    clauses = [_Clause(0)]
    for at, item in enumerate(items):
        now, tags = clauses[-1], item.tags
        if not tags.isdisjoint({"stop", "question", "comma"}):
            mark = next(mark for mark in ("question", "stop", "comma") if mark in tags)
            if now.items:
                now.ends = mark
                clauses.append(_Clause(now.sentence + (mark != "comma"), frozenset({mark})))
            else:  # "no wait, …"
                now.sentence += mark != "comma"
                now.after |= {mark}
        elif not tags.isdisjoint({"but", "except", "correction", "strong_correction"}):
            if item.named:
                now.items.append(item)
            now.ends = "comma"
            clauses.append(_Clause(now.sentence, tags))
        elif item.words in ("no", "nope", "nah") and _is_answer(items[at + 1 : at + 2]):
            now.ends = "comma"
            clauses.append(_Clause(now.sentence, frozenset({"comma"})))
        elif _begins_clause(item, now, items[at + 1 : at + 12]):
            now.ends = "comma"
            clauses.append(_Clause(now.sentence, frozenset({"and"}), [item]))
        else:
            now.items.append(item)
    return _join_lists([clause for clause in clauses if clause.items])


def _is_answer(following: Sequence[_Item]) -> bool:
    """ "No she can walk", "no just the legs": this no denies nothing that follows it."""
    return any(i.owned or "only" in i.tags or _is_subject(i) for i in following)


def _begins_clause(item: _Item, now: _Clause, following: Sequence[_Item]) -> bool:
    """Whether a new statement begins here without a comma: "… and can't walk", "… she can't walk"."""
    if len(now.items) >= _LONGEST_CLAUSE:
        return True
    subject = _is_subject(item)
    if not (now.items and (subject or item.tags & _MAY_BEGIN)):
        return False
    named, cued = now.has("named"), now.has("cue")
    told = named and (cued or now.has("signs"))
    if "and" in item.tags:
        rest = [i for i in following if not i.tags & {"also", "is", "only", "still"} or i.cue]
        if not rest or (named and (rest[0].cue or _is_subject(rest[0]))):
            return bool(rest)
        one_more = "comma" in now.after and rest[0].owned and any("is_one" in i.tags for i in following[1:2])
        return (one_more or cued or told) and not rest[0].cue and _has_own_cue(rest)
    if subject:
        return told or ("except" in now.after and named)
    if "device" in item.tags:  # "peg yes niv no"
        answers = [i for i in now.items if i.tags & {"device", "yes", "not"}]
        return bool(answers) and "device" in answers[0].tags and bool(now.items[-1].tags & {"yes", "not"})
    if item.named:  # "chokes on water, otherwise ok"
        return named and "or" not in now.items[-1].tags
    return told and not now.has("when", "if")


_MAY_BEGIN = frozenset({"and", "device", "rest", "rest_none", "whole", "none", "asks_after", "?word"})


def _is_subject(item: _Item) -> bool:
    return item.words in _vocabulary().subjects and not item.owned


def _has_own_cue(items: Sequence[_Item]) -> bool:
    """Whether what is named next is followed by a cue of its own: "(weak legs and) her arms are fine"."""
    named = False
    for item in items:
        if item.tags & {"comma", "stop", "question", "but", "except"} or (named and "and" in item.tags):
            return False
        if item.cue and "still" not in item.tags:
            return named
        named = named or item.named
    return False


def _join_lists(clauses: list[_Clause]) -> list[_Clause]:
    """Put a list back together that commas cut: "no trouble with speech, arms or legs"."""
    joined: list[_Clause] = []
    for clause in clauses:
        before = joined[-1] if joined and joined[-1].ends == "comma" else None
        listed = before is not None and "comma" in clause.after
        if before and listed and (_shares_its_cue(before, clause) or _takes_a_cue(before, clause)):
            before.items.extend(clause.items)
            before.ends = clause.ends
        else:
            joined.append(clause)
    return joined


def _shares_its_cue(before: _Clause, clause: _Clause) -> bool:
    """ "no trouble with speech" + "arms or legs"; but "not her legs" + "arms and speech" are two statements."""
    if not clause.is_list() or clause.has("only"):
        return False
    if before.has("can", "cannot") and all("abilities" in i.tags for i in clause.items if i.named):
        return True  # "she can eat" + "talk and walk"
    if not before.items or not before.items[-1].named:
        return False
    cues = [i for i in before.items if i.cue]
    either = any(i.words in ("or", "nor") for i in clause.items)
    bare = all("not" in i.tags for i in cues)
    return (
        bool(cues)
        and before.has("not", "verb_not", "unsure", "sensory")
        and (either or not (bare or clause.has("signs", "aids")))
    )


def _takes_a_cue(before: _Clause, clause: _Clause) -> bool:
    """ "arms" + "legs and speech are fine"."""
    if not before.is_list() or before.has("whole", "rest", "none", "rest_none", "only", "or"):
        return False
    first_cue = next((n for n, i in enumerate(clause.items) if i.cue), 0)
    head = clause.items[:first_cue]
    several = any("or" in i.tags and not i.cue for i in head) or any(
        i.words in ("are", "were", "all", "both") for i in head
    )
    return any(i.named for i in head) and several and not any("is_one" in i.tags for i in head)


def _asks(clause: _Clause) -> bool:
    if clause.has("?word", "asks_after"):
        return True
    how = _vocabulary().questions
    words = [word for i in clause.items[:5] for word in (["the"] if i.owned else []) + i.words.split()]
    while words and words[0] in how["starters"]:
        words.pop(0)
    if len(words) < 2:
        return False
    subject = words[1] in _vocabulary().subjects
    other = words[1] in _vocabulary().determiners or words[1] in how["askers"]
    if words[0] in how["always"]:
        return words[1] != "not"
    return (words[0] in how["auxiliaries"] and (subject or other)) or (words[0] in how["before_pronouns"] and subject)


def _silence(clauses: Sequence[_Clause]) -> list[frozenset[str]]:
    """For each clause, why it states nothing: "asks", "if", "unreal", "future"; empty if it states something."""
    asked = {clause.sentence for clause in clauses if clause.ends == "question"}
    reasons: list[frozenset[str]] = []
    asking, supposing, sentence = False, False, -1
    for clause in clauses:
        if clause.sentence != sentence:
            asking, supposing, sentence = False, False, clause.sentence
        asks = _asks(clause)
        asking = asking or (asks and sentence in asked)
        supposing = (supposing and "but" not in clause.after) or (clause.has("if") and not clause.has("unsure"))
        someday = clause.has("when") and (clause.has("go") or asks)
        found = {"asks": asks or asking or clause.ends == "question", "if": supposing, "when": someday}
        found |= {tag: clause.has(tag) for tag in ("unreal", "future")}
        reasons.append(frozenset(reason for reason, holds in found.items() if holds))
    return reasons


# --- what is said


def _runs(clause: _Clause) -> list[tuple[bool, list[_Item]]]:
    """What is named and what is said of it, in turn. A sign or ability next to its own region is said of it:
    "her speech is slurred", "his hands can't hold a cup"."""
    named = [i for i in clause.items if i.named]
    runs: list[tuple[bool, list[_Item]]] = []
    mere = _of_sensation(clause)
    at = -1
    for number, item in enumerate(clause.items):
        if item.named:
            at += 1
            left, right = named[max(at - 1, 0) : at], named[at + 1 : at + 2]
            if "signs" in item.tags and _same_part(item, left + right):
                item = _Item(item.words, frozenset({"cue", "bad"}))
            elif "abilities" in item.tags and _same_part(item, left):
                item = _Item(item.words, frozenset({"cue", "good"}))
        elif not (item.cue or "is" in item.tags) or (item.tags & {"bad"} and number in mere):
            continue
        if runs and runs[-1][0] == item.named:
            runs[-1][1].append(item)
        else:
            runs.append((item.named, [item]))
    return runs


def _of_sensation(clause: _Clause) -> set[int]:
    """Where a bad word speaks of a cramp or a pain, not of the limb: "bad cramps", "the pain is worse"."""
    found: set[int] = set()
    for step in (1, -1):
        sensory = False
        for number in range(len(clause.items))[::step]:
            tags = clause.items[number].tags
            if sensory and "bad" in tags and "bodily" not in tags:
                found.add(number)
            sensory = "sensory" in tags or (sensory and bool(tags) and "named" not in tags and "or" not in tags)
    return found


def _same_part(item: _Item, others: Sequence[_Item]) -> bool:
    return any("parts" in other.tags and item.tags & other.tags & {*COUNTED, "respiratory"} for other in others)


def _bind(clause: _Clause) -> list[tuple[_Item, list[_Item]]]:
    """Each thing named in a clause with the cues that are said of it."""
    runs = _runs(clause)
    said: list[list[_Item]] = [[] for _ in runs]
    alone: set[int] = set()
    for at, (named, run) in enumerate(runs):
        if named:
            continue
        if at + 1 == len(runs):
            cut = len(run)
        elif at == 0:
            cut = 0
        else:
            cut = _cut(run, runs[at + 1][1][0], _before(runs, said, at), at + 2 < len(runs))
        if at and cut:
            said[at - 1] += run[:cut]
            if "is_one" in run[0].tags and not runs[at - 1][1][-1].words.endswith("s"):
                alone.add(at - 1)
        if at + 1 < len(runs):
            said[at + 1] += run[cut:]
    bound: list[tuple[_Item, list[_Item]]] = []
    for at, (named, run) in enumerate(runs):
        if named:
            only = at in alone and _polarity(said[at]) != "affected"  # "arms and her speech is fine": the speech is
            for item in run:
                if not only or item.tags & run[-1].tags - {"named", "region", "parts"}:
                    bound.append((item, said[at]))
                elif run[-1].owned and not item.owned:
                    bound.append((item, []))
    return bound


def _before(runs: Sequence[tuple[bool, list[_Item]]], said: Sequence[Sequence[_Item]], at: int) -> bool:
    """Whether what is named before a run of cues has its own already; "he can walk" may still go on "fine"."""
    return bool(said[at - 1]) and "abilities" not in runs[at - 1][1][-1].tags


def _cut(run: Sequence[_Item], following: _Item, bound: bool, following_has_cue: bool) -> int:
    """How many cues between two named things belong to the first: "legs | are weak, no trouble | speaking"."""
    denials = ("not", "cannot", "can", "unsure", "verb_not")
    start = len(run)
    while start and run[start - 1].tags & {"not", "cannot", "can", "still", "verb_not"}:
        start -= 1
    if start < len(run) and following.tags & {"abilities"}:
        return start
    if bound and "is" not in run[0].tags:
        return 0
    if following_has_cue:
        return len(run)
    told = False
    for at, cue in enumerate(run):
        if told and not cue.tags.isdisjoint(denials):
            return at
        told = told or bool(cue.tags & {"bad", "good", "sensory"})
    return 0 if run[0].tags & {"not", "unsure", "cannot"} else len(run)


def _polarity(cues: Sequence[_Item]) -> Finding | None:
    """What cues come to; a denial turns those after it. Trouble outweighs the rest: one weak side is enough."""
    denied, good = False, False
    for cue in cues:
        tags = cue.tags
        if "unsure" in tags:
            return "unknown"
        if "cannot" in tags:
            if any(later.tags & {"good", "bad"} for later in cues):
                return "affected"
        elif tags & {"not", "verb_not"}:
            denied = True
        elif ("bad" in tags and not denied) or ("good" in tags and denied):
            return "affected"
        elif tags & {"good", "bad"}:
            good = True
    return "unaffected" if good else None


def _verbal_denial(cues: Sequence[_Item]) -> bool:
    """ "she isn't", "she is not", not a bare "not": "is not swallowing" is trouble, "not swallowing" is none."""
    is_not = any("is" in first.tags and "not" in second.tags for first, second in pairwise(cues))
    return is_not or any("verb_not" in cue.tags for cue in cues)


def _finding(item: _Item, cues: Sequence[_Item], clause: _Clause) -> Finding | None:
    """What a clause says of the region, or of all of them, that an item names; None if that is not clear."""
    tags = item.tags
    said = {tag for cue in cues for tag in cue.tags}
    plain = all(i.tags for i in clause.items)  # no word that we do not know
    found = _polarity(cues)
    if tags & {"whole", "rest"} and found == "affected":
        return "affected" if "bodily" in said or said & {"not", "verb_not"} else None
    if tags & {"none", "rest_none"}:
        return "unaffected" if (found == "affected" or (found is None and plain)) else None
    if "aids" in tags:  # "uses a stick": affected, well or badly
        return None if said & {"not", "verb_not", "unsure"} else "affected"
    if "abilities" in tags and clause.has("limited") and found != "unknown":
        return "affected"  # "can walk a little"
    if found:
        return found
    if "cannot" in said:
        return "affected"
    if said & {"not", "verb_not"}:
        if "sensory" in said:
            return None
        if "abilities" in tags or ("activities" in tags and _verbal_denial(cues) and not item.owned):
            return "affected"
        return None if "verb_not" in said and not plain else "unaffected"
    if "sensory" in said:
        return None
    if "abilities" in tags:
        return "unaffected" if said & {"can", "still"} else None
    if "still" in said and tags & {"activities", "parts"}:
        return "unaffected" if "activities" in tags or clause.has("has") else None
    if "signs" in tags:
        return "affected"
    return (
        "affected"
        if plain and "rest" not in tags and not any(cue.cue and not cue.tags & {"still", "can"} for cue in cues)
        else None
    )


_POLAR = frozenset({"good", "bad", "not", "verb_not", "cannot", "unsure", "sensory"})
_FINE: Finding = "unaffected"


# --- the reader


@dataclass(frozen=True, slots=True)
class _Fact:
    region: str
    finding: Finding
    clause: int
    sentence: int
    bare: bool = False


class _Reader:
    """Goes through the clauses of one text and gathers what they state."""

    def __init__(self, items: Sequence[_Item]) -> None:
        self.clauses = _clauses(items)
        self.silence = _silence(self.clauses)
        self.facts: list[_Fact] = []
        self.support: dict[str, Support] = {}
        self.others: Finding | None = None
        self.closed = False
        self.praised = -1  # the sentence in which something was last called fine
        self.topic: list[_Item] = []  # what "it" and "they" of the next clause mean
        self.excepted: list[tuple[int, str]] = []
        self.lists_support = any({"region"} & i.tags or "yes" in i.tags for i in items)
        for number, clause in enumerate(self.clauses):
            self._read(number, clause)
        self._except()

    def _read(self, number: int, clause: _Clause) -> None:
        bound = _bind(clause)
        devices = [item for item, _ in bound if "device" in item.tags]
        silence = self.silence[number]
        before = len(self.facts)
        if all("silent" in item.tags for item, _ in bound) and not silence & {"asks", "if", "when"}:
            self._carry(number, clause)
        elif not silence:
            for item, cues in bound:
                self._state(number, item, cues, clause)
        if silence <= {"future", "when"} or (
            "unreal" in silence and clause.has("mentioned") and not silence & {"asks", "if"}
        ):
            self._support(clause, devices)
        if bound:
            question = clause.ends == "question" and clause.is_list()
            self.topic = [item for item, _ in bound if "silent" not in item.tags] if not silence or question else []
        new = self.facts[before:]
        self._correct(number, clause, before)
        self._close(clause, new)

    def _state(self, number: int, item: _Item, cues: Sequence[_Item], clause: _Clause) -> None:
        if "device" in item.tags or "silent" in item.tags:
            return
        bare = not any(cue.cue for cue in cues)
        if "except" in clause.after and bare and "region" in item.tags:
            self.excepted.extend((number, region) for region in _regions(item))
            return
        finding = _finding(item, cues, clause)
        said = {tag for cue in cues for tag in cue.tags}
        if not said & {"good", "bad"} and said & {"not", "verb_not"} and self.praised == clause.sentence:
            return  # "legs ok, arms not": denied is the praise
        if "good" in said and finding == "unaffected":
            self.praised = clause.sentence
        if finding is None:
            return
        if "region" in item.tags:
            self._add(number, item, finding, bare)
            return
        self.others = finding
        self.closed = self.closed or finding == "unaffected"
        followed = self.clauses[number + 1 : number + 2]
        if finding == "affected" and "whole" in item.tags and not (followed and "except" in followed[0].after):
            self.facts += [_Fact(region, finding, number, clause.sentence) for region in COUNTED]

    def _add(self, number: int, item: _Item, finding: Finding, bare: bool) -> None:
        sentence = self.clauses[number].sentence
        self.facts += [_Fact(region, finding, number, sentence, bare) for region in _regions(item)]

    def _carry(self, number: int, clause: _Clause) -> None:
        """ "legs? fine", "arms, but not yet": what is said of the things named just before."""
        before = self.clauses[number - 1] if number else clause
        asked = before.ends == "question" and before.is_list()
        near = before.sentence == clause.sentence and clause.after & {"but", "comma", "and", "except"}
        plain = all(i.tags for i in clause.items)
        person = any(i.words in _vocabulary().questions["persons"] for i in clause.items)
        regions = [i for i in self.topic if "region" in i.tags]
        back = any(i.words in _vocabulary().questions["back"] for i in clause.items)
        able = back or any("abilities" in i.tags for i in regions)
        self._support(clause, [i for i in self.topic if "device" in i.tags])
        if clause.has("side") and not clause.has("good", "bad"):
            return  # "right arm, not the left"
        if not ((asked or near) and (plain or back) and (not person or able or clause.has("unsure"))):
            return
        for item in regions:
            cues = [i for i in clause.items if i.cue]
            finding: Finding | None = "affected" if asked and clause.has("yes") else None
            if any(i.tags & _POLAR for i in cues):
                finding = _finding(item, cues, clause)
            if finding:
                taken_back = {f for f in self.facts if f.bare and f.clause == number - 1 and f.region in item.tags}
                self.facts = [f for f in self.facts if f not in taken_back]
                self._add(number, item, finding, bare=False)

    def _support(self, clause: _Clause, devices: Sequence[_Item]) -> None:
        use: Support = "no" if clause.has("not", "verb_not") else "in_place"
        if clause.has("none_needed"):
            self._support_is("gastrostomy", "no")
        if clause.has("tube_fed"):
            self._support_is("gastrostomy", use)
        if clause.has("ventilated"):
            self._support_is("niv", use)
        if clause.has("neither") and len(self.clauses) == 1 and not any(i.named for i in clause.items):
            self.support = {"gastrostomy": "no", "niv": "no"}
        state = _support_state(clause, self.lists_support or len(devices) > 1) if devices else None
        for device in devices:
            if "cpap" in device.tags:
                if state == "in_place":
                    self._support_is("niv", "unknown")
            elif state and not ("invasive" in device.tags and state != "in_place"):
                self._support_is("gastrostomy" if "gastrostomy" in device.tags else "niv", state)

    def _support_is(self, device: str, state: Support) -> None:
        """The last word counts, but "doesn't have one yet" does not undo "needs one"."""
        rank = {"no": 0, "unknown": 1}
        if rank.get(state, 2) >= rank.get(self.support.get(device, "no"), 2):
            self.support[device] = state

    def _correct(self, number: int, clause: _Clause, before: int) -> None:
        """After "I mean" what was said of the same regions, or else in the clause before, no longer holds."""
        strong = "strong_correction" in clause.after
        if not strong and "correction" not in clause.after:
            return
        old, new = self.facts[:before], self.facts[before:]
        regions = {fact.region for fact in new}
        if any(fact.region in regions for fact in old):
            gone = {fact for fact in old if fact.region in regions}
        elif any(fact.finding == "affected" for fact in new) and not clause.has("also"):
            last = max((fact.clause for fact in old), default=number)
            gone = {f for f in old if f.clause == last and f.finding == "affected" and (strong or f.bare)}
        else:
            gone = set()
        if _only(clause):
            gone |= {fact for fact in old if fact.finding == "affected"}
        self.facts = [fact for fact in old if fact not in gone] + new

    def _close(self, clause: _Clause, new: Sequence[_Fact]) -> None:
        if any(fact.finding == "affected" for fact in new):
            self.closed = _only(clause) or (self.closed and not clause.has("also"))

    def _except(self) -> None:
        """ "everything but her legs", "fine apart from his speech": the excepted are the opposite of the rest."""
        for number, region in self.excepted:
            sentence = self.clauses[number].sentence
            general = (
                self.others
                or next(
                    (
                        found
                        for c in self.clauses
                        if c.sentence == sentence
                        and not any(i.named for i in c.items)
                        and (found := _polarity(c.items))
                    ),
                    None,
                )
                or next((_FINE for c in self.clauses if c.sentence == sentence and c.has("not")), None)
            )
            if general is None:
                continue
            self.facts.append(_Fact(region, OPPOSITE[general], number, sentence))
            self.others, self.closed = general, True
        if self.excepted and self.others == "affected":
            left = set(COUNTED) - {region for _, region in self.excepted}
            self.facts += [_Fact(region, "affected", 0, 0) for region in left]

    def regions(self) -> dict[str, Finding]:
        found: dict[str, Finding] = {}
        order: tuple[Finding, ...] = ("unaffected", "unknown", "affected")
        for finding in order:
            found |= {fact.region: finding for fact in self.facts if fact.finding == finding}
        return {region: found[region] for region in (*COUNTED, "respiratory") if region in found}


def _regions(item: _Item) -> list[str]:
    return [region for region in (*COUNTED, "respiratory") if region in item.tags]


def _only(clause: _Clause) -> bool:
    """ "just the legs", "only weakness in his arms", "legs only"; not "just started", "she just can't"."""
    if clause.has("not_only"):
        return False
    for at, item in enumerate(clause.items):
        if "only" in item.tags:
            after = next((i for i in clause.items[at + 1 :] if not i.tags & {"light", "is", "bad", "also"}), None)
            last = at and clause.items[at - 1].named and after is None
            denied = at and clause.items[at - 1].tags & {"not", "verb_not"}
            if not denied and (last or (after and "region" in after.tags and "abilities" not in after.tags)):
                return True
    return False


def _support_state(clause: _Clause, listed: bool) -> Support | None:
    """What a clause says of the feeding tube or the breathing mask that it names, or that was named just before."""
    denied = clause.has("not", "verb_not")
    if clause.has("unsure") or (clause.has("mentioned") and not denied):
        return "unknown"
    if clause.has("declined"):
        return None if denied else "declined"
    if clause.has("stopped", "cannot"):
        return "in_place" if denied and clause.has("stopped") else "stopped"
    if denied:
        return "no"
    if clause.has("needed"):
        return "needed"
    if clause.has("in_place"):
        return "in_place"
    plain = all(i.tags for i in clause.items)
    return "in_place" if clause.has("has", "yes") or (listed and plain) else None


def _diagnosed(clauses: Sequence[_Clause], silence: Sequence[frozenset[str]]) -> Diagnosed | None:
    """Whether ALS has been diagnosed. A plain statement counts more than a suspicion, and that more than "her ALS"."""
    stated: Diagnosed | None = None
    implied: Diagnosed | None = None
    suspected = awaiting = False
    for clause, reasons in zip(clauses, silence, strict=True):
        owns = any("als" in i.tags and i.owned for i in clause.items) or clause.has("of_mine")
        if _suspected(clause):
            suspected = True
        elif reasons & {"asks", "if"} or "unreal" in reasons:
            continue
        elif clause.has("undiagnosed"):
            stated = "no"
        elif clause.has("diagnosis") and not _other_disease(clause):
            stated = "unknown" if clause.has("unsure") else "no" if clause.has("not", "verb_not", "cannot") else "yes"
        elif clause.has("als") and (owns or clause.has("not", "verb_not")):
            implied = "unknown" if clause.has("unsure") else "no" if clause.has("not", "verb_not") else "yes"
        awaiting = awaiting or clause.has("awaiting")
    return stated or ("no" if suspected else implied) or ("no" if awaiting else None)


def _suspected(clause: _Clause) -> bool:
    """ "could it be ALS", "signs of MND"; not "is it normal with ALS"."""
    items = clause.items
    return any(
        "als" in i.tags and any("suspected" in j.tags for j in items[max(at - 3, 0) : at]) for at, i in enumerate(items)
    )


def _other_disease(clause: _Clause) -> bool:
    words = [i.words for i in clause.items]
    at = next(n for n, i in enumerate(clause.items) if "diagnosis" in i.tags)
    return (
        words[at + 1 : at + 2] in (["with"], ["as"])
        and not clause.has("als")
        and not all(i.tags for i in clause.items[at:])
    )


def read_body(text: str) -> BodyReport:
    """The regions, support and diagnosis that a text states; what it asks, fears or supposes is left out."""
    items = _items(text)
    reader = _Reader(items)
    return BodyReport(
        regions=reader.regions(),
        support=reader.support,
        diagnosed=_diagnosed(reader.clauses, reader.silence),
        closed=reader.closed,
        correction=any(i.tags & {"correction", "strong_correction"} for i in items),
        others=reader.others,
    )
