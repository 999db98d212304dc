"""What the sentence encoder is tuned on: the guide's examples, and the ways in which they are varied."""

import json
import random
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

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
"""Letters from which on nothing more is said beside a finding."""
_JOINS = (". ", ". ", ", ", "; ", " ", "\n", " and ", ", but ")

Finding = Mapping[str, str]


@dataclass(frozen=True)
class Examples:
    """Messages with the numbers of their intents among `labels`; sentences with what they tell of the body."""

    messages: list[str]
    intents: list[int]
    labels: list[str]
    told: list[tuple[str, Finding]]

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
    return Examples([text for text, _ in pairs], [labels.index(intent) for _, intent in pairs], labels, told)


def endless(count: int, dice: random.Random) -> Iterator[int]:
    """The numbers below `count` over and over, in a new order each time."""
    while True:
        order = list(range(count))
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


def join(one: str, other: str, dice: random.Random) -> str:
    """Two texts in one message, in either order."""
    first, second = (one, other) if dice.random() < 0.5 else (other, one)
    return first.rstrip(". ") + dice.choice(_JOINS) + second


def together(one: Finding, other: Finding) -> Finding | None:
    """What two sentences of one person tell; None where they contradict each other, so that no one person said both."""
    if any(one[slot] != other[slot] for slot in one.keys() & other.keys()):
        return None
    for whole, part in ((one, other), (other, one)):
        if "rest" in whole and any(region in part for region in COUNTED):
            return None
    return {**one, **other}


def tell(examples: Examples, number: int, dice: random.Random) -> tuple[str, Finding]:
    """The finding of this number, half of the time with another beside it, and so on."""
    text, finding = examples.told[number]
    while len(text) < LONG and dice.random() < 0.5:
        other, beside = dice.choice(examples.told)
        both = together(finding, beside)
        if both is None:
            break
        text, finding = join(text, other, dice), both
    return text, finding
