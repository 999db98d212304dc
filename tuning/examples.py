"""What the sentence encoder is tuned on: the guide's examples, and the ways in which they are varied."""

import json
import random
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from guide.language.danger import read_danger
from guide.language.text import clean

ROOT = Path(__file__).parents[1]
SLOTS: dict[str, tuple[str, ...]] = {  # what a finding can say of each; the first: nothing
    **dict.fromkeys(("bulbar", "upper_limb", "lower_limb", "respiratory"), ("", "affected", "unaffected", "unknown")),
    **dict.fromkeys(("gastrostomy", "niv"), ("", "in_place", "needed", "declined", "no", "unknown")),
    "rest": ("", "affected", "unaffected"),
}
COUNTED = ("bulbar", "upper_limb", "lower_limb")
DANGERS = ("", "crisis", "emergency", "urgent_today")
"""What a message can be a sign of; the first: no danger."""
LONG = 300
"""Letters of a text that is put together: all of it has to be among the tokens that are learnt from."""
_JOINS = (". ", ". ", ", ", "; ", " ", "\n", " and ", ", but ")

Finding = Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """A part of the text of this number: its letters from `start` to `end`."""

    text: int
    start: int
    end: int


@dataclass(frozen=True)
class Examples:
    """Messages with the numbers of their intents among `labels`; sentences with what they tell of the body."""

    messages: list[str]
    intents: list[int]
    labels: list[str]
    told: list[tuple[str, Finding]]
    alarming: frozenset[int]
    """The numbers of the told in which a rule finds danger: they teach no calm."""

    def danger(self, number: int) -> int:
        """What the message of this number is a sign of: a place in DANGERS."""
        label = self.labels[self.intents[number]]
        return DANGERS.index(label) if label in DANGERS else 0


def read() -> Examples:
    """The examples of data/nlu/ and data/findings.jsonl."""
    pairs: list[tuple[str, str]] = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]:
            lines = [line.strip()[2:] for line in block["examples"].splitlines() if line.strip()]
            pairs += [(clean(line).lower(), block["intent"]) for line in lines]
    labels = sorted({intent for _, intent in pairs})
    rows = [json.loads(line) for line in (ROOT / "data" / "findings.jsonl").read_text("utf-8").splitlines()]
    told = [(clean(row.pop("text")).lower(), row) for row in rows]
    alarming = frozenset(number for number, (text, _) in enumerate(told) if read_danger(text))
    return Examples([text for text, _ in pairs], [labels.index(intent) for _, intent in pairs], labels, told, alarming)


def endless(numbers: Iterable[int], dice: random.Random) -> Iterator[int]:
    """The numbers over and over, in a new order each time."""
    order = list(numbers)
    while True:
        dice.shuffle(order)
        yield from order


def slip(text: str, dice: random.Random) -> str:
    """A text with slips of the finger, now and then without its marks."""
    letters = list(text)
    for _ in range(max(1, int(len(letters) * 0.06 * dice.random()))):
        if len(letters) < 4:
            break
        at, kind = dice.randrange(len(letters) - 1), dice.random()
        if kind < 0.35:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif kind < 0.65:
            del letters[at]
        elif kind < 0.85:
            letters.insert(at, letters[at])
        else:
            letters[at] = dice.choice(string.ascii_lowercase)
    return "".join(c for c in letters if c not in "?,.'!" or dice.random() > 0.3)


def compose(texts: Sequence[str], dice: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """Texts one after another in one message, and where each begins and ends in it."""
    said, places = "", []
    for text in (*(text.rstrip(". ") for text in texts[:-1]), texts[-1]):
        said += dice.choice(_JOINS) if said else ""
        places.append((len(said), len(said) + len(text)))
        said += text
    return said, places


def together(one: Finding, other: Finding) -> Finding | None:
    """What two sentences of one person tell; None where they contradict each other, so that no one person said both."""
    if any(one[slot] != other[slot] for slot in one.keys() & other.keys()):
        return None
    for whole, part in ((one, other), (other, one)):
        if "rest" in whole and any(region in part for region in COUNTED):
            return None
    return {**one, **other}


def tell(examples: Examples, number: int, dice: random.Random) -> tuple[list[int], Finding]:
    """The numbers of the findings that one person tells, this one and half of the time another, and so on; and what
    they tell together."""
    numbers, finding = [number], examples.told[number][1]
    while dice.random() < 0.5:
        other = dice.randrange(len(examples.told))
        both = together(finding, examples.told[other][1])
        if both is None or sum(len(examples.told[its][0]) for its in (*numbers, other)) > LONG:
            break
        numbers.insert(dice.randint(0, len(numbers)), other)
        finding = both
    return numbers, finding
