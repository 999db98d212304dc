"""Five-fold cross-validation on the examples of data/nlu/: each is read by models that learnt from the others.

`make evaluate` shows the result beside the rows of its file. The tuned encoder has seen nearly all examples, so that
what stands on it flatters; words and letters alone are told apart fairly.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from evaluation.figures import DANGER, topic_of  # noqa: E402 - after the path
from guide.language.text import clean  # noqa: E402
from guide.nlu.counts import KINDS, Counts  # noqa: E402
from guide.nlu.encoder import SentenceEncoder  # noqa: E402
from guide.nlu.mixture import Mixture, read_counts  # noqa: E402

KEPT = ROOT / ".run" / "cross-validation.json"
FOLDS = 5
FAIR, FLATTERING = "words and letters alone", "with the tuned encoder, which has seen nearly all examples"


def examples() -> tuple[list[str], list[str]]:
    """The texts and intents of data/nlu/."""
    pairs = [
        (clean(line.strip()[2:]).lower(), block["intent"])
        for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for block in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]
        for line in block["examples"].splitlines()
        if line.strip()
    ]
    return [text for text, _ in pairs], [intent for _, intent in pairs]


def read(texts: Sequence[str], intents: Sequence[str]) -> dict[str, list[str]]:
    """The intents that were read, by what read them."""
    vectors = SentenceEncoder(ROOT / "guide" / "nlu" / "weights").encode_many(texts).whole
    found = {name: [""] * len(texts) for name in (FAIR, FLATTERING)}
    for learnt, left in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, intents):
        known = {kind: Counts.learn(kind, [texts[i] for i in learnt]) for kind in KINDS}
        counts = {kind: its for kind, (its, _) in known.items()}
        features = {kind: its for kind, (_, its) in known.items()}
        both = Mixture.learn([intents[i] for i in learnt], vectors[learnt], features)
        mute = {name: np.zeros_like(both.arrays[name]) for name in ("meaning", "meaning_bias")}
        words = Mixture(both.labels, {**both.arrays, **mute})
        counted = [read_counts(counts, texts[i]) for i in left]
        for name, model in ((FAIR, words), (FLATTERING, both)):
            for place, best in zip(left, model.scores(vectors[left], counted).argmax(axis=1), strict=True):
                found[name][place] = model.labels[best]
    return found


def shares(intents: Sequence[str], found: Sequence[str]) -> dict[str, tuple[int, int]]:
    """How many of how many, by what is counted."""
    pairs = list(zip(intents, found, strict=True))
    counted = {"topic": [topic_of(said) == topic_of(heard) for said, heard in pairs]}
    for danger in DANGER:
        counted[f"{danger} recognised"] = [heard == danger for said, heard in pairs if said == danger]
        counted[f"{danger} raised by mistake"] = [heard == danger for said, heard in pairs if said != danger]
    return {name: (sum(right), len(right)) for name, right in counted.items()}


def main() -> None:
    texts, intents = examples()
    result = {name: shares(intents, found) for name, found in read(texts, intents).items()}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(result), "utf-8")


if __name__ == "__main__":
    main()
