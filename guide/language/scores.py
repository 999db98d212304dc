"""Read the twelve item scores of the ALSFRS-R from what people type or copy out of a clinic letter.

Three notations are known: items by name or number ("speech 4", "Q1 4"), pairs ("1: 4  2: 3"), and the bare scores in
the order of the form ("4 3 4 / 3 3 3 / ..."). Where it is not clear what is meant the reading is a problem or None,
never a guess: stages are suggested from the result. What people call the items is data (scores.yml).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from guide.language.text import clean
from guide.staging.alsfrs import HIGHEST, ITEMS, Scores


class Problem(Enum):
    """Why the scores cannot be used. `Reading` says more."""

    COUNT = "count"
    RANGE = "range"
    TWICE = "twice"
    BOTH_FIVES = "both_fives"
    TOTAL = "total"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Reading:
    """What a text says of ALSFRS-R scores: the scores, or the problem with them.

    `number` and `items` (names of ITEMS) go with the problem. COUNT: how many scores were found, and the missing items
    where they are known. RANGE: the first score that is not 0 to 4, and its item. TWICE: items with two different
    scores. BOTH_FIVES: 5a and 5b are both scored. TOTAL: a total alone, from which no item follows. NOTHING: items
    without scores, as in a blank form. `total` is the total that the text states, right or wrong.
    """

    scores: Scores | None = None
    problem: Problem | None = None
    number: int | None = None
    items: tuple[str, ...] = ()
    total: int | None = None


def read_scores(text: str) -> Reading | None:
    """The ALSFRS-R scores that a text gives; None where it speaks of none."""
    if not _HINT.search(text):
        return None  # at once, as nearly every message
    text = _NUMBER_WORD.sub(lambda words: str(_NUMBERS[words[1]] + _NUMBERS[words[2] or "zero"]), clean(text).lower())
    meant = bool(_MEANT.search(text))
    phone = bool(_PHONE.search(text)) and not meant
    text, total = _take_total(text)
    tokens = list(_tokens(_without_denominators(_NOISE.sub(_BREAK, text))))
    found = (_read_labels(tokens, meant), _read_pairs(tokens), _read_bare(tokens, meant, phone))
    readings = sorted((reading for reading in found if reading), key=lambda reading: reading.scores is None)
    if readings:
        return replace(readings[0], total=readings[0].total or total)
    return None if total is None else Reading(problem=Problem.TOTAL, number=total, total=total)


# Words

_WORDS: dict[str, Any] = yaml.load(
    Path(__file__).with_suffix(".yml").read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
)
_BETWEEN, _DOMAINS = frozenset(_WORDS["between"]), frozenset(_WORDS["domains"])
_NUMBERS: dict[str, int] = _WORDS["numbers"]
_ONES = "|".join(word for word, number in _NUMBERS.items() if 0 < number < 10)
_NUMBER_WORD = re.compile(rf"\b({'|'.join(_NUMBERS)})\b(?:(?<=ty)[\s-]({_ONES})\b)?")  # "thirty four"

_SCALE = r"(?:frs|fsr|alsfers)(?:[\s-]?r\b|\s*\(r\))?"
_HINT = re.compile(
    rf"\d|frs|fsr|alsf|scor|scale|rating|saliv|handwrit|orthopn|__|(?:\b(?:{'|'.join(_NUMBERS)})\b.*){{2}}",
    re.IGNORECASE | re.DOTALL,
)
_MEANT = re.compile(rf"{_SCALE}|functional rating|\bscor(?:e|es|ed)\b")
_PHONE = re.compile(r"\+\d|\b(?:call|ring|phone|telephone|tel|text|fax|mobile|cell|number|dial)\b")
_UNIT = (
    r"(?:%|(?:seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|wks?|months?|years?|yrs?|times|falls?|kgs?|kilos?"
    r"|lbs?|stone|pounds?|mg|ml|am|pm|people|pills|tablets)\b)"
)
_BREAK = " ~ "
_NOISE = re.compile(  # dates, years, and the stage that somebody was told
    r"\b\d{1,4}([/.-])\d{1,2}\1\d{2,4}\b|\b(?:19|20)\d\d\b|\bstages?\s+\w+|\b(?:king'?s|mitos)\s+\d\w?"
)

# A total stands before "/48", after the name of the scale, or after "score" and "total" of nothing else ("pain score").
_LINK = r"(?:[\s:=-]|\b(?:total|scores?|scored|of|is|was|now|at|currently|about|only|just|a|an|my|her|his|got)\b)*"
_OWN = r"(?:my|your|his|her|their|our|the|this|a|an|overall|latest|last|new|i|has|have|had|got|is|was|and|with|\w+'s)"
_SUM = r"(\d\d|1(?=\s*$)|[02-9](?=\s*(?:[.!?]|,\s*[a-z]|$)))(?![\w/]|[.,]\d|\s*(?:,|;|->|to|then|and|down to)\s*\d\d)"
_AFTER = r"(?:out|points?|now|today|in|on|at|this|last|from|what|is|so|and|but|if|which|for|mean|means|please)"
_TOTALS = (
    re.compile(r"\b(\d{1,2})\s*(?:/|out of|of)\s*48\b"),
    re.compile(rf"{_SCALE}{_LINK}{_SUM}(?!\s*(?:items?\b|questions?\b|{_UNIT}))"),
    re.compile(rf"\b(\d\d) on (?:(?:the|my|his|her|their) )?(?:als[\s-]?)?{_SCALE}"),
    re.compile(rf"(?:^|[.,;:(\n]\s*|\b{_OWN}\s+)(?:total|scored?)\b{_LINK}{_SUM}(?!\s*(?:%|(?!{_AFTER}\b)[a-z]))"),
)


def _take_total(text: str) -> tuple[str, int | None]:
    totals: set[int] = set()
    for pattern in _TOTALS:
        totals |= {int(found[1]) for found in pattern.finditer(text)}
        text = pattern.sub(_BREAK, text)
    return text, totals.pop() if len(totals) == 1 and max(totals) <= HIGHEST * len(ITEMS) else None


# Tokens


class _Token(NamedTuple):
    """A label (the `item` it names, with `form` 5a or 5b), a number (a score, or in pairs a label), or else a word."""

    text: str
    item: int | None = None
    form: str = ""
    number: int | None = None
    asked: bool = False  # a label as only a form has it: "Q1"
    apart: str = ""  # the commas, slashes and new lines before it

    @property
    def blank(self) -> bool:
        return self.text in ("_", "-")


def _any_of(phrases: Iterable[str]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    loose = (re.escape(phrase).replace(r"\ and\ ", r"\W+(?:and\W+)?") for phrase in longest_first)
    return "|".join(phrase.replace(r"\ ", r"[\s/&-]+") for phrase in loose)


_FIVE = ITEMS.index("cutting_food")
_TOKEN = re.compile(
    rf"""(?P<either>(?<!\w)(?:(?:q|item)\s*)?5\s*a\s*(?:/|\bor\b)\s*(?:5\s*)?b(?!\w))
    | (?:(?<!\w)(?:q|question|item)\s*|\#\s*)(?P<asked>1[0-2]|[1-9])(?:\s*\(?(?P<asked_form>[ab])\b\)?)?(?!\w)
    | (?<!\w)5(?:(?P<five>[ab])|\s*\((?P<five_>[ab])\))(?!\w)
    | (?<!\w)(?:(?P<a>{_any_of(_WORDS["5a"])})|(?P<b>{_any_of(_WORDS["5b"])}))(?!\w)
    | (?<!\w)(?:{"|".join(f"(?P<{item}>{_any_of(names)})" for item, names in [*_WORDS["items"].items()][::-1])})(?!\w)
    | (?<!\w)(?!0\d\b)(?P<number>\d+)(?:(?P<mark>[ab])|\s*\((?P<mark_>[ab])\))?(?!\w|[\s-]*{_UNIT})
    | (?P<blank>_+|(?<!\w)n/a(?!\w)|-+(?=[^\S\n]*(?:[,;/\n]|[a-z]|5\s*b|$)))
    | ~|\w+(?:'\w+)*""",
    re.VERBOSE,
)


def _tokens(text: str) -> Iterator[_Token]:
    read = 0
    for found in _TOKEN.finditer(text):
        if found[0] in _BETWEEN:
            continue
        part, whole = found.groupdict(""), found[0]
        apart, read = "".join(re.findall(r"[,;/|\n]", text[read : found.start()])), found.end()
        form = part["five"] or part["five_"] or "a" * bool(part["a"]) or "b" * bool(part["b"])
        item = next((item for item, name in enumerate(ITEMS) if part[name]), None)
        if part["either"] or form:
            yield _Token(whole, _FIVE, form or "ab", apart=apart)
        elif part["asked"]:
            yield _Token(whole, int(part["asked"]) - 1, part["asked_form"], asked=True, apart=apart)
        elif part["number"]:
            yield _Token(part["number"], form=part["mark"] or part["mark_"], number=int(part["number"]), apart=apart)
        else:
            yield _Token(part["blank"].replace("n/a", "-")[:1] or whole, item, apart=apart)


def _without_denominators(text: str) -> str:
    """The text with "3/4", "3 / 4" and "3 out of 4" as 3, "/4" as blank, unless slashes part the scores: "4 3/3 3"."""
    text = _OUT_OF_FOUR.sub(r"\1", text)
    numbers = len(re.findall(r"\d+", text))
    if 3 * len(_TIGHT_FOUR.findall(text)) >= numbers:
        return re.sub(r"(?<![\w)])/4\b", "_", _TIGHT_FOUR.sub(r"\1", text))
    return _LOOSE_FOUR.sub(r"\1", text) if numbers / 2 == len(_LOOSE_FOUR.findall(text)) else text


_OUT_OF_FOUR = re.compile(r"(\d+)\s*(?:out\s+)?of\s+4\b")
_TIGHT_FOUR = re.compile(r"(?<![\d/.])(\d+)/4(?![\d/.])")
_LOOSE_FOUR = re.compile(r"(?<![\d/.])(?<!/ )(\d+) ?/ ?4(?![\d.]| ?/)")


# The three notations

_Given = dict[int, list[tuple[int, str]]]
"""For each item the scores that are given, each with the form of item 5 that it is said to be of."""

_FEW, _SOME, _ENOUGH = 2, 3, 5
"""Items with a score that show that scores are meant: where the scale is named, by names alone, by numbers alone."""


def _read_labels(tokens: Sequence[_Token], meant: bool) -> Reading | None:
    """Items by name or number in any order, each before its score, or each after it ("4 for speech")."""
    labels = [(place, label) for place, label in enumerate(tokens) if label.item is not None]
    numbered = sum(_is_own(tokens[place - 1], label) for place, label in labels if place) >= _ENOUGH  # "1. Speech"
    before = [(label, _scores_before(tokens, place)) for place, label in labels]
    after = [(label, _scores_after(tokens, place, numbered)) for place, label in labels]
    surplus = sum(bool(scores) for _, scores in before) - sum(bool(scores) for _, scores in after)
    either = surplus == 0 and any(scores for _, scores in before[:1])
    pairs = [*after, *before] if either and not numbered else before if surplus > 0 and not numbered else after
    given = _given((label.item, score.number, label.form or score.form) for label, scores in pairs for score in scores)
    if len(given) >= (_FEW if meant else _SOME):
        return _reading(given, _forms(tokens))
    lines = {place for place, token in enumerate(tokens) if token.text == "_"}
    blank = {label.item for place, label in labels if numbered or label.asked or place + 1 in lines}
    return Reading(problem=Problem.NOTHING) if len(blank) >= _ENOUGH else None


def _scores_before(tokens: Sequence[_Token], place: int) -> list[_Token]:
    first = place
    while first and tokens[first - 1].number is not None and not tokens[first].apart:
        first -= 1
    return list(tokens[first:place])


def _scores_after(tokens: Sequence[_Token], place: int, numbered: bool) -> list[_Token]:
    """The scores after a label, two of two visits. The number of the next label is none: "speech 4 2. salivation"."""
    scores = list(takewhile(lambda token: token.number is not None, tokens[place + 1 :]))
    following = tokens[place + 1 + len(scores) :][:1]
    if (len(scores) > 1 or (scores and numbered)) and any(_is_own(scores[-1], label) for label in following):
        scores.pop()
    if scores and "/" in scores[0].apart:  # "speech / 4" is blank
        return []
    return scores[:1] + [score for score in scores[1:] if not _wrong(score)]


def _is_own(number: _Token, label: _Token) -> bool:
    """Whether a number is not a score, but the number of the label after it."""
    named = label.item is not None and not label.asked and not label.apart
    return named and number.number is not None and number.number - 1 == label.item


def _read_pairs(tokens: Sequence[_Token]) -> Reading | None:
    """Number and score in turn: "1: 4  2: 3", "1.4 / 2.3", "5a = 2"."""
    for run in _runs(tokens):
        labels, scores = run[::2], run[1::2]
        items = [(label.number or 0) - 1 if label.item is None else label.item for label in labels]
        rising = all(a < b or a == b == _FIVE for a, b in pairwise(items))
        if len(labels) != len(scores) or len(labels) < _ENOUGH or not rising:
            continue
        triples = [(i, s.number, label.form or s.form) for i, label, s in zip(items, labels, scores, strict=True)]
        if set(items) <= set(range(len(ITEMS))) and sum(map(_wrong, scores)) <= _FEW:
            return _reading(_given(triples), _forms(tokens))
    return None


def _read_bare(tokens: Sequence[_Token], meant: bool, phone: bool) -> Reading | None:
    """The scores alone in the order of the form, or of the twelve names that stand before them."""
    runs = [_apart([token for token in run if token.number is not None], meant, phone) for run in _runs(tokens)]
    runs = [run for run in runs if len(run) >= (4 if meant else 8) and sum(map(_wrong, run)) <= _FEW]
    scores = [token for run in runs for token in run]
    scores, total = _without_total(scores)
    names = list(dict.fromkeys(token.item for token in tokens if token.item is not None and not token.form))
    order = names if len(names) == len(ITEMS) else list(range(len(ITEMS)))
    if not scores or _ENOUGH <= len(names) < len(ITEMS):
        return None
    if len(scores) == len(ITEMS) + 1 and _forms(tokens) == {"a", "b"}:
        return Reading(problem=Problem.BOTH_FIVES, items=(ITEMS[_FIVE],))
    if len(scores) != len(ITEMS):
        return Reading(problem=Problem.COUNT, number=len(scores))
    given = _given((item, token.number, token.form) for item, token in zip(order, scores, strict=True))
    return replace(_reading(given, _forms(tokens)), total=total)


def _reading(given: _Given, forms: set[str]) -> Reading:
    scored = {form for _, form in given.get(_FIVE, ()) if form}
    forms = scored or forms
    wrong = [(score, ITEMS[item]) for item, values in given.items() for score, _ in values if score > HIGHEST]
    twice = tuple(ITEMS[item] for item, values in given.items() if len({score for score, _ in values}) > 1)
    missing = tuple(name for item, name in enumerate(ITEMS) if item not in given)
    if {"a", "b"} <= scored:
        return Reading(problem=Problem.BOTH_FIVES, items=(ITEMS[_FIVE],))
    if wrong:
        return Reading(problem=Problem.RANGE, number=wrong[0][0], items=(wrong[0][1],))
    if twice:
        return Reading(problem=Problem.TWICE, items=twice)
    if missing:
        return Reading(problem=Problem.COUNT, number=len(given), items=missing)
    known: dict[str, Any] = {name: given[item][0][0] for item, name in enumerate(ITEMS)}
    return Reading(Scores(**known, gastrostomy={"a": False, "b": True}.get("".join(forms))))


def _given(triples: Iterable[tuple[int | None, int | None, str]]) -> _Given:
    given: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for item, score, form in triples:
        if item is not None and score is not None:
            given[item].append((score, form))
    return given


def _forms(tokens: Sequence[_Token]) -> set[str]:
    """The forms of item 5 that are named anywhere, but for one that is left blank: "5a -"."""
    following = [*tokens[1:], _Token("~")]
    return {a.form for a, b in zip(tokens, following, strict=True) if a.item == _FIVE and a.form and not b.blank}


def _runs(tokens: Sequence[_Token]) -> list[list[_Token]]:
    """Numbers that stand together, with 5a and 5b among them unless they are left blank. Words part them."""
    runs: list[list[_Token]] = [[]]
    for token in tokens:
        if token.blank:
            if runs[-1] and runs[-1][-1].item is not None:
                runs[-1].pop()
        elif token.number is not None or (token.item == _FIVE and token.form):
            runs[-1].append(token)
        elif token.text not in _DOMAINS:  # "bulbar 4 3 4, respiratory 4 4 4"
            runs.append([])
    return runs


def _wrong(token: _Token) -> bool:
    return token.number is None or token.number > HIGHEST


def _apart(run: list[_Token], meant: bool, phone: bool) -> list[_Token]:
    """Scores that were run together, "434434224444" or "434 434 224 444", as one each. A telephone number is none."""
    digits = "".join(token.text for token in run)
    together = [len(token.text) for token in run] in ([12], [3] * 4) or (len(run) == 1 and 8 <= len(digits) <= 16)
    if not together or phone or not (meant or (len(digits) == len(ITEMS) and not re.search("[5-9]", digits))):
        return run
    return [_Token(digit, number=int(digit)) for digit in digits]


def _without_total(scores: list[_Token]) -> tuple[list[_Token], int | None]:
    """Thirteen numbers of which the first or last is the sum of the others are twelve scores and their total."""
    numbers = [token.number or 0 for token in scores]
    if len(scores) == len(ITEMS) + 1:
        for total, rest, kept in ((numbers[0], numbers[1:], scores[1:]), (numbers[-1], numbers[:-1], scores[:-1])):
            if total > HIGHEST and total == sum(rest):
                return kept, total
    return scores, None
