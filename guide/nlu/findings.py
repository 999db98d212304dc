"""The finding model: what a message tells of regions, feeding tube and breathing mask, learnt from examples.

It sees what no list of words can: "he stops for air between the gate and the door". guide/nlu/reader.py puts it
together with the words of guide/language/body.yml, which know grammar better.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from guide.nlu.encoder import Encoded
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


Telling = Mapping[str, Mapping[str, float]]
"""What a text tells: for each slot the probability of each value, NOTHING among them."""
DOUBT = 2.0
"""By what the sums of a tuned view are divided: on new sentences it is wrong more often than it thinks. Chosen on
evaluation/practice.jsonl."""
WHOLE = 0.7
"""The weight of a message as a whole against its sentences, chosen on evaluation/practice.jsonl."""


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
    """One linear model a slot over sentence vectors as its view sees them. Words beside them did not help."""

    def __init__(self, values: Mapping[str, Sequence[str]], arrays: Arrays) -> None:
        self.values, self.arrays = values, arrays

    @classmethod
    def learn(cls, rows: Sequence[Mapping[str, str]], texts: Encoded) -> "FindingModel":
        """Learn from examples and their encoded texts. Deterministic."""
        values, arrays = {}, {}
        for slot in SLOTS:
            model = LogisticRegression(C=10, max_iter=100).fit(texts.of(slot), [row.get(slot, NOTHING) for row in rows])
            values[slot] = model.classes_.tolist()
            arrays[slot], arrays[f"{slot}_bias"] = weights_of(model)
        return cls(values, arrays)

    def read(self, text: Encoded) -> Telling:
        """What one encoded text tells."""
        told = {}
        for slot, values in self.values.items():
            sums = text.of(slot)[0] @ self.arrays[slot] + self.arrays[f"{slot}_bias"]
            shares = np.exp((sums - sums.max()) / DOUBT)
            told[slot] = dict(zip(values, (shares / shares.sum()).tolist(), strict=True))
        return told


def blend(whole: Telling | None, sentences: Sequence[Telling]) -> Telling:
    """What a message tells, read as a whole (if it is to be) and by its sentences (one at least).

    By its sentences: how likely any of them tells something of a slot, shared out by what they tell.
    """
    told = {}
    for slot, values in sentences[0].items():
        silent = math.prod(sentence[slot][NOTHING] for sentence in sentences)
        sums = {value: sum(sentence[slot][value] for sentence in sentences) for value in values if value != NOTHING}
        total = sum(sums.values())
        parts = {value: (1 - silent) * share / total if total else 0.0 for value, share in sums.items()}
        parts[NOTHING] = silent
        told[slot] = {v: WHOLE * whole[slot][v] + (1 - WHOLE) * parts[v] if whole else parts[v] for v in values}
    return told
