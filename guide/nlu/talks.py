"""What a message means after what was spoken of: "how long does it take", after the feeding tube or the gene test.

Learnt from whole talks (data/talks.jsonl). A message is read once more, behind the topic and the message before it.
"""

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from guide.dialogue.context import spoken_of
from guide.intents import is_topic
from guide.language.text import clean
from guide.nlu.counts import Floats
from guide.nlu.encoder import SentenceEncoder
from guide.nlu.mixture import Arrays, log_shares, weights_of

LEAST = 20
"""Messages of an intent: where the talks have fewer, its other examples stand behind what was spoken of elsewhere. Of
more of them, what was spoken of means less."""
LOWEST = -12.0
"""The least logarithm of a probability: nothing is quite impossible."""


@dataclass(frozen=True)
class Turn:
    """A message of a talk: its text, what was spoken of before it ("" for nothing), and the intent it has there."""

    text: str
    before: str
    means: str


def read_talks(path: Path) -> list[Turn]:
    """The messages of all talks of a JSONL file, in order. ValueError names a wrong line."""
    turns: list[Turn] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        topic, said = None, ""
        try:
            for message in json.loads(line)["talk"]:
                text, means = str(message["user"]), str(message["means"])
                if not text.strip():
                    raise ValueError("no text")
                turns.append(Turn(clean(text).lower(), spoken_of(topic, said), means))
                topic, said = means if is_topic(means) else topic, text
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}, line {number}: {error!r}") from None
    return turns


class TalkModel:
    """Probabilities over `labels` by a linear model over three vectors: of a message alone, of it behind what was
    spoken of, and of both as one text."""

    def __init__(self, labels: Sequence[str], arrays: Arrays) -> None:
        self.labels, self.arrays = list(labels), arrays

    @classmethod
    def learn(
        cls, turns: Sequence[Turn], examples: Mapping[str, Sequence[str]], encoder: SentenceEncoder
    ) -> "TalkModel":
        """Learn from turns, and where they are few from examples of single messages by intent. Deterministic."""
        following = [turn for turn in turns if turn.before]
        following += _filled_up(following, examples)
        with ThreadPoolExecutor() as pool:
            vectors = list(pool.map(lambda turn: _vectors(encoder, None, turn.before, turn.text), following))
        model = LogisticRegression(C=5, max_iter=100).fit(np.stack(vectors), [turn.means for turn in following])
        weights, bias = weights_of(model)
        return cls(model.classes_.tolist(), {"weights": weights, "bias": bias})

    def read(self, encoder: SentenceEncoder, alone: Floats, before: str, text: str) -> Floats:
        """How surely a text has each label behind what was spoken of: logarithms, shape (len(labels),).

        `alone`: the vector of the text, shape (width,).
        """
        sums = _vectors(encoder, alone, before, text) @ self.arrays["weights"] + self.arrays["bias"]
        return np.asarray(np.maximum(log_shares(sums[None])[0], LOWEST), dtype=np.float32)


def _filled_up(turns: Sequence[Turn], examples: Mapping[str, Sequence[str]]) -> list[Turn]:
    """Examples of the intents that the turns have too few of, each behind what was spoken of in one of them."""
    chance, has = random.Random(0), Counter(turn.means for turn in turns)
    return [
        Turn(text, chance.choice(turns).before, intent)
        for intent, texts in sorted(examples.items())
        for text in chance.sample(texts, min(len(texts), max(0, LEAST - has[intent])))
    ]


def _vectors(encoder: SentenceEncoder, alone: Floats | None, before: str, text: str) -> Floats:
    """The three vectors in a row, shape (3 * width,)."""
    together = encoder.encode(f"{before} {text}", [before, text]).whole
    return np.concatenate([encoder.encode(text).whole[0] if alone is None else alone, together[-1], together[0]])
