"""Finds examples of data/nlu/ that are nearly the same: what adds nothing, or is filed under two intents.

Near by the encoder and alike in letters: the encoder, being tuned, finds many near that are put quite differently.
"""

import sys
from pathlib import Path

import numpy as np
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guide.language.text import clean  # noqa: E402 - after the path
from guide.nlu.counts import Counts  # noqa: E402
from guide.nlu.encoder import SentenceEncoder  # noqa: E402

NEAR, ALIKE = 0.95, 0.9
"""Least cosine of sentence vectors, and of letter features, of a pair that counts as copies."""


def main() -> None:
    examples = [
        (line.strip()[2:], block["intent"])
        for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for block in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]
        for line in block["examples"].splitlines()
        if line.strip()
    ]
    texts = [clean(text).lower() for text, _ in examples]
    vectors = SentenceEncoder(ROOT / "guide" / "nlu" / "weights").encode_many(texts).whole
    _, letters = Counts.learn("letters", texts)
    copies = 0
    for start in range(0, len(texts), 1000):
        near = vectors[start : start + 1000] @ vectors.T >= NEAR
        for row, other in zip(*np.nonzero(near), strict=True):
            one = start + row
            if one < other and letters[one].multiply(letters[other]).sum() >= ALIKE:
                copies += 1
                print(f"{examples[one][1]}: {examples[one][0]}\n{examples[other][1]}: {examples[other][0]}\n")
    if copies:
        sys.exit(f"{copies} pairs of examples are nearly the same: keep one of each, or say another thing in it.")
    print(f"{len(texts)} examples, no near-copies")


if __name__ == "__main__":
    main()
