"""A linear model over sentence vectors and one over words and letters, whose opinions are mixed half and half.

Each has its own scale and regularisation. docs/understanding.md says what else was tried, with figures.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import scipy.sparse
from sklearn.linear_model import LogisticRegression

from guide.nlu.counts import Counts, Floats, Places

REST = 2
"""Where words and letters tell one label from the rest, one of so many examples of the rest is learnt from: that takes
half the time, and costs nothing measurable (docs/understanding.md)."""
Arrays = dict[str, np.ndarray[Any, Any]]
Found = Mapping[str, tuple[Places, Floats]]
"""A text's features of each kind of counts: where they are, and their values."""


def read_counts(counts: Mapping[str, Counts], text: str) -> Found:
    return {kind: its.read(text) for kind, its in counts.items()}


class Mixture:
    """Probabilities over `labels`. Learning is deterministic."""

    def __init__(self, labels: Sequence[str], arrays: Arrays) -> None:
        self.labels, self.arrays = list(labels), arrays

    @classmethod
    def learn(cls, labels: Sequence[str], vectors: Floats, counts: Mapping[str, scipy.sparse.csr_matrix]) -> "Mixture":
        """Learn from the labels of texts, their vectors, shape (len(labels), width), and their counts of each kind."""
        meaning = LogisticRegression(C=3, max_iter=50).fit(vectors, labels)  # more steps change nothing measurable
        names, features = meaning.classes_.tolist(), scipy.sparse.hstack(list(counts.values()), format="csr")

        def told_apart(name: str) -> LogisticRegression:
            """One against the rest by a dual solver: seconds, where the joint fit over 70 intents takes minutes."""
            its = np.array([label == name for label in labels])
            rest = np.flatnonzero(~its)[::REST]
            seen = np.sort(np.concatenate([np.flatnonzero(its), rest]))
            # Examples of a rare label count more, and those of the rest for the ones that are left out.
            weight = {True: len(labels) / (len(names) * its.sum()), False: float(REST)}
            model = LogisticRegression(C=5, solver="liblinear", dual=True, class_weight=weight, random_state=0, tol=0.3)
            return model.fit(features[seen], its[seen])

        with ThreadPoolExecutor() as pool:
            wording = list(pool.map(told_apart, names))
        words = np.vstack([model.coef_ for model in wording]).T.astype(np.float32)
        ends = np.cumsum([matrix.shape[1] for matrix in counts.values()])[:-1]
        arrays = dict(zip(counts, map(np.ascontiguousarray, np.split(words, ends)), strict=True))
        arrays["wording_bias"] = np.concatenate([model.intercept_ for model in wording]).astype(np.float32)
        arrays["meaning"], arrays["meaning_bias"] = weights_of(meaning)
        return cls(names, arrays)

    def scores(self, vectors: Floats, counts: Sequence[Found]) -> Floats:
        """How surely each text is of each label, shape (len(counts), len(labels)); rows sum to 1."""
        meaning = vectors @ self.arrays["meaning"] + self.arrays["meaning_bias"]
        wording = -np.logaddexp(0, -np.stack([self._wording(found) for found in counts]))  # log of one against the rest
        return np.asarray(np.exp(log_shares((log_shares(meaning) + log_shares(wording)) / 2)), dtype=np.float32)

    def _wording(self, found: Found) -> Floats:
        total = self.arrays["wording_bias"]
        for kind, (places, values) in found.items():
            total = total + values @ self.arrays[kind][places]
        return total


def weights_of(model: LogisticRegression) -> tuple[Floats, Floats]:
    """A fitted model's weights, shape (features, labels), and biases, shape (labels,)."""
    weights, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    if len(model.classes_) == 2:  # scikit-learn keeps those of the second label alone
        weights, bias = np.hstack([-weights, weights]) / 2, np.array([-bias[0], bias[0]]) / 2
    return np.ascontiguousarray(weights), bias


def log_shares(logits: Floats) -> Floats:
    """Log of the softmax of each row."""
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))
