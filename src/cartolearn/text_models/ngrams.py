"""Words and letters of texts: tf-idf weights of n-grams, as scikit-learn's ``TfidfVectorizer``.

Counting is dear and weighting cheap, so texts are counted once and weighted for each part of a
cross-validation: an n-gram that no training text holds weighs nothing there.
"""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

LONGEST = 10_000  # characters of a text that are read
HELD = 100_000  # words whose letters are remembered at a time
TOKEN = re.compile(r"\b\w\w+\b")
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
        some = [text[:LONGEST].lower() for text in texts]
        finders = {"words": self._words, "letters": self._letters}
        return [finders[kind](some) for kind in self.known]

    @cached_property
    def _columns(self) -> dict[str, dict[str, int]]:
        return {
            kind: {gram: column for column, gram in enumerate(known)}
            for kind, known in self.known.items()
        }

    @cached_property
    def _of_word(self) -> dict[str, list[int]]:
        """Columns of the letters of words that were met."""
        return {}

    def _words(self, texts: Sequence[str]) -> Any:
        """Count words and pairs of words."""
        column = self._columns["words"].get
        tokens = map(TOKEN.findall, texts)
        rows = ([*some, *map(" ".join, pairwise(some))] for some in tokens)
        columns = ([c for c in map(column, row) if c is not None] for row in rows)
        return _counted(columns, len(self.known["words"]))

    def _letters(self, texts: Sequence[str]) -> Any:
        """Count letters inside words: words by text times letters by word."""
        words: dict[str, int] = {}
        rows = [[words.setdefault(word, len(words)) for word in text.split()] for text in texts]
        letters = _counted(map(self._of_known, words), len(self.known["letters"]))
        counts = _counted(rows, len(words)) @ letters
        counts.sort_indices()
        return counts

    def _of_known(self, word: str) -> list[int]:
        known = self._of_word
        found = known.get(word)
        if found is None:
            found = self._letters_of(f" {word} ")
            if len(known) >= HELD:
                known.clear()
            known[word] = found
        return found

    def _letters_of(self, word: str) -> list[int]:
        column = self._columns["letters"].get
        shortest, longest = KINDS["letters"]["ngram_range"]
        longest = min(longest, len(word))
        return [
            found
            for length in range(shortest, longest + 1)
            for start in range(len(word) - length + 1)
            if (found := column(word[start : start + length])) is not None
        ]


def _counted(rows: Iterable[Sequence[int]], width: int) -> Any:
    """Return how often each row names each column, sparse float32 [N, width]."""
    from scipy.sparse import csr_matrix

    found, ends = array("q"), array("q", [0])
    for row in rows:
        found.extend(row)
        ends.append(len(found))
    ones, places = np.ones(len(found), dtype=np.float32), np.array(found, dtype=np.int64)
    counts = csr_matrix((ones, places, np.array(ends)), shape=(len(ends) - 1, width))
    counts.sum_duplicates()
    return counts


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
