"""The finding model: what a sentence tells of regions, feeding tube and breathing mask, learnt from examples.

It sees what no list of words can: "he stops for air between the gate and the door". guide/nlu/reader.py puts it
together with the words of guide/language/body.yml, which know grammar better.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from guide.nlu.counts import Floats
from guide.nlu.mixture import Arrays, weights_of

NOTHING = ""
SLOTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("bulbar", "upper_limb", "lower_limb", "respiratory"), frozenset(["affected", "unaffected", "unknown"])
    ),
    **dict.fromkeys(("gastrostomy", "niv"), frozenset(["in_place", "needed", "declined", "no", "unknown"])),
    "rest": frozenset(["affected", "unaffected"]),
}
"""What an example may say of each; "rest": of the counted regions that it does not name."""


@dataclass(frozen=True)
class Told:
    """What a sentence says of a slot, and how surely."""

    slot: str
    value: str
    probability: float


def read_examples(path: Path) -> list[dict[str, str]]:
    """The examples of a JSONL file: `text`, and a value for each slot told. ValueError names a wrong line."""
    rows: list[dict[str, str]] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            wrong = [slot for slot in row if slot != "text" and row[slot] not in SLOTS[slot]]
            if wrong or not row["text"].strip():
                raise ValueError(f"no such value of {wrong}" if wrong else "no text")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path.name}, line {number}: {error!r}") from None
        rows.append(row)
    return rows


class FindingModel:
    """One linear model a slot over sentence vectors, which are tuned for it. Words beside them did not help."""

    def __init__(self, values: Mapping[str, Sequence[str]], arrays: Arrays) -> None:
        self.values, self.arrays = values, arrays

    @classmethod
    def learn(cls, rows: Sequence[Mapping[str, str]], vectors: Floats) -> "FindingModel":
        """Learn from examples and the vectors of their texts, shape (len(rows), width). Deterministic."""
        values, arrays = {}, {}
        for slot in SLOTS:
            model = LogisticRegression(C=10, max_iter=300).fit(vectors, [row.get(slot, NOTHING) for row in rows])
            values[slot] = model.classes_.tolist()
            arrays[slot], arrays[f"{slot}_bias"] = weights_of(model)
        return cls(values, arrays)

    def read(self, vector: Floats) -> list[Told]:
        """The likeliest of each slot of which a sentence with this vector tells something."""
        found = []
        for slot, values in self.values.items():
            sums = vector @ self.arrays[slot] + self.arrays[f"{slot}_bias"]
            shares = np.exp(sums - sums.max())
            best = int(shares.argmax())
            if values[best] != NOTHING:
                found.append(Told(slot, values[best], float(shares[best] / shares.sum())))
        return found
