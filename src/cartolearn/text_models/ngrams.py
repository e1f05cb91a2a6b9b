"""Words and letters of texts: tf-idf weights of n-grams, as scikit-learn's ``TfidfVectorizer``.

Counting is dear and weighting cheap, so texts are counted once and weighted for each part of a
cross-validation: an n-gram that no training text holds weighs nothing there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

LONGEST = 10_000  # characters of a text that are read
# n-grams of one or two words, and of two to five letters inside words.
KINDS: dict[str, dict[str, Any]] = {
    "words": {"ngram_range": (1, 2)},
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5)},
}


@dataclass(frozen=True, eq=False)
class NGrams:
    """The n-grams that are known, ``{"words": [...], "letters": [...]}``, each list sorted."""

    known: dict[str, list[str]]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Return all n-grams of texts."""
        from sklearn.feature_extraction.text import CountVectorizer

        known = {}
        for kind, options in KINDS.items():
            cut = CountVectorizer(**options).build_analyzer()
            known[kind] = sorted({gram for text in texts for gram in cut(text[:LONGEST])})
        return cls(known)

    @property
    def width(self) -> int:
        """How many there are, V."""
        return sum(map(len, self.known.values()))

    def counts(self, texts: Sequence[str]) -> list[Any]:
        """Return how often each text holds each: a sparse float32 matrix [N, V_k] for each kind."""
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import CountVectorizer

        some = [text[:LONGEST] for text in texts]
        return [
            CountVectorizer(vocabulary=grams, dtype=np.float32, **KINDS[kind]).transform(some)
            if grams
            else csr_matrix((len(texts), 0), dtype=np.float32)
            for kind, grams in self.known.items()
        ]


def idf(counts: Any) -> NDArray[np.float32]:
    """Return 1 + ln((1 + N) / (1 + texts with it)) of each n-gram, float32 [V]; 0 without texts."""
    texts = counts.shape[0]
    holding = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = 1 + np.log((1 + texts) / (1 + holding))
    return np.where(holding, rarity, 0).astype(np.float32)


def weighted(counts: Any, rarity: NDArray[np.float32]) -> Any:
    """Return (1 + ln count) * idf, sparse float32 [N, V], each row of length 1 unless it is 0."""
    from scipy.sparse import csr_matrix

    data = (1 + np.log(counts.data)) * rarity[counts.indices]
    rows = csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.where(length > 0, length, 1), np.diff(rows.indptr)).astype(np.float32)
    return rows
