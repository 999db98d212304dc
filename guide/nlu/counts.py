"""Words and letters of a message as tf-idf features. scikit-learn learns them; reading one message is a look-up."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer

Floats = np.ndarray[Any, np.dtype[np.float32]]
Places = np.ndarray[Any, np.dtype[np.int64]]
KINDS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w[\w']*\b"},
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5)},
}
"""How scikit-learn cuts a text into the terms of each kind."""
LEAST = {"words": 3, "letters": 5}
"""Texts that a term has to stand in to be learnt: twice as many terms in half as many texts told nothing more."""


class Counts:
    """The terms of one kind with their inverse document frequencies, shape (len(terms),)."""

    def __init__(self, kind: str, terms: Sequence[str], idf: Floats) -> None:
        self.terms, self.idf = terms, idf
        self._place = {term: place for place, term in enumerate(terms)}
        self._cut = TfidfVectorizer(lowercase=False, **KINDS[kind]).build_analyzer()

    @classmethod
    def learn(cls, kind: str, texts: Sequence[str], least: int | None = None) -> "Counts":
        """The terms that stand in at least so many of the texts, by default in LEAST."""
        fitted = TfidfVectorizer(lowercase=False, min_df=least or LEAST[kind], **KINDS[kind]).fit(texts)
        return cls(kind, fitted.get_feature_names_out().tolist(), fitted.idf_.astype(np.float32))

    def read(self, text: str) -> tuple[Places, Floats]:
        """Where a text's features are and their values, at unit length; both empty where no term is known.

        sklearn's own `transform` with sublinear_tf does the same in ten times the time, most of it checks.
        """
        found = Counter(place for term in self._cut(text) if (place := self._place.get(term)) is not None)
        places = np.fromiter(found, dtype=np.int64, count=len(found))
        counts = np.fromiter(found.values(), dtype=np.float32, count=len(found))
        values = (1 + np.log(counts)) * self.idf[places]
        return places, values / max(float(np.linalg.norm(values)), 1e-9)

    def knows(self, text: str) -> float:
        """The share of a text's single words that are known; 0.0 where it has none."""
        words = [term for term in self._cut(text) if " " not in term]
        return sum(word in self._place for word in words) / max(len(words), 1)

    def matrix(self, texts: Sequence[str]) -> scipy.sparse.csr_matrix:
        """The features of texts, shape (len(texts), len(terms))."""
        rows = [self.read(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in rows)])
        values, places = np.concatenate([v for _, v in rows]), np.concatenate([p for p, _ in rows])
        return scipy.sparse.csr_matrix((values, places, ends), shape=(len(texts), len(self.terms)))
