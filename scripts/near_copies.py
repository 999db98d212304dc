"""Finds examples of data/nlu/ that are nearly the same: what adds nothing, or is filed under two intents.

Alike in letters, and near by the encoder too, which sees that a "not" makes another thing of it. Letters come first:
only what is alike in them has to be encoded.
"""

import sys
from pathlib import Path

import numpy as np
import yaml
from sklearn.random_projection import SparseRandomProjection

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guide.language.text import clean  # noqa: E402 - after the path
from guide.nlu.counts import Counts  # noqa: E402
from guide.nlu.encoder import SentenceEncoder  # noqa: E402

NEAR, ALIKE = 0.95, 0.9
"""Least cosine of sentence vectors, and of letter features, of a pair that counts as copies."""
WIDTH, ROUGHLY = 256, 0.8
"""Letter features are compared in so few dimensions first; a cosine of ALIKE comes out there as 0.9 ± 0.012."""


def main() -> None:
    examples = [
        (line.strip()[2:], block["intent"])
        for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for block in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]
        for line in block["examples"].splitlines()
        if line.strip()
    ]
    texts = [clean(text).lower() for text, _ in examples]
    alike = alike_in_letters(texts)
    places = sorted({place for pair in alike for place in pair})
    encoder = SentenceEncoder(ROOT / "guide" / "nlu" / "weights")
    vectors = {place: encoder.encode(texts[place]).whole[0] for place in places}
    copies = [pair for pair in alike if vectors[pair[0]] @ vectors[pair[1]] >= NEAR]
    for pair in copies:
        print(*(f"{examples[place][1]}: {examples[place][0]}" for place in pair), sep="\n", end="\n\n")
    if copies:
        sys.exit(f"{len(copies)} pairs of examples are nearly the same: keep one of each, or say another thing in it.")
    print(f"{len(texts)} examples, no near-copies")


def alike_in_letters(texts: list[str]) -> list[tuple[int, int]]:
    """The pairs of texts whose letter features have a cosine of at least ALIKE."""
    _, letters = Counts.learn("letters", texts)
    rough = SparseRandomProjection(WIDTH, dense_output=True, random_state=0).fit_transform(letters)
    rough /= np.linalg.norm(rough, axis=1, keepdims=True)
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(texts), 1000):
        found = np.argwhere(rough[start : start + 1000] @ rough[start:].T >= ROUGHLY) + start
        ones, others = found[found[:, 0] < found[:, 1]].T
        cosines = letters[ones].multiply(letters[others]).sum(axis=1).A1
        pairs += zip(ones[cosines >= ALIKE].tolist(), others[cosines >= ALIKE].tolist(), strict=True)
    return pairs


if __name__ == "__main__":
    main()
