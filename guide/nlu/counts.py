"""Words and letters of a message as tf-idf features. scikit-learn learns them; reading one message is a look-up."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse

Floats = np.ndarray[Any, np.dtype[np.float32]]
Places = np.ndarray[Any, np.dtype[np.int64]]
MOST_LETTERS = 5
_WORD = re.compile(r"\b\w[\w']*\b")


def _words(text: str) -> list[str]:
    """Single words, and two in a row."""
    words = _WORD.findall(text)
    return words + [f"{word} {following}" for word, following in pairwise(words)]


def _letters(text: str) -> list[str]:
    """Two to MOST_LETTERS characters in a row inside a word and the spaces around it; of a shorter word all, once."""
    terms: list[str] = []
    for word in text.split():
        padded = f" {word} "
        for length in range(2, min(MOST_LETTERS, len(padded)) + 1):
            terms += [padded[start : start + length] for start in range(len(padded) - length + 1)]
    return terms


KINDS = {"words": _words, "letters": _letters}
"""How a text is cut into the terms of each kind: as scikit-learn does it, which would cost 30 MB where it is served."""
LEAST = {"words": 3, "letters": 5}
"""Texts that a term has to stand in to be learnt: twice as many terms in half as many texts told nothing more."""


class Counts:
    """The terms of one kind with their inverse document frequencies, shape (len(terms),)."""

    def __init__(self, kind: str, terms: Sequence[str], idf: Floats) -> None:
        self.terms, self.idf = terms, idf
        self._place = {term: place for place, term in enumerate(terms)}
        self._cut = KINDS[kind]

    @classmethod
    def learn(
        cls, kind: str, texts: Sequence[str], least: int | None = None
    ) -> tuple["Counts", scipy.sparse.csr_matrix]:
        """The terms that stand in at least so many of the texts, by default in LEAST; and the features of the texts,
        shape (len(texts), terms)."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer=KINDS[kind], min_df=least or LEAST[kind], sublinear_tf=True)
        features = vectorizer.fit_transform(texts).astype(np.float32)
        return cls(kind, vectorizer.get_feature_names_out().tolist(), vectorizer.idf_.astype(np.float32)), features

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
