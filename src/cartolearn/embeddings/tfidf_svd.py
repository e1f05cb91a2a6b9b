"""Latent semantic analysis: TF-IDF of the texts' own words, reduced by a truncated SVD."""

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cartolearn.config.types import Count, Size
from cartolearn.embeddings.base import Corpus, Embedded, EmbeddingReport
from cartolearn.errors import InputError

WORD_PATTERN = r"\w+"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TfidfSvd:
    """Features float32 [R, d], fitted on the train texts alone.

    A word weighs (1 + ln count) * (1 + ln((1 + N) / (1 + texts with it))), each text has length
    1, and the d right singular vectors with the largest singular values are kept
    (Deerwester et al. 1990; scikit-learn's ``TfidfVectorizer`` and ``TruncatedSVD``).

    Attributes:
        dimensions: d; fewer if the train texts have fewer rows or words, said in the log.
        max_tokens: Words of a text that count, from its start.
        random_state: Seed of the SVD's random projections.
    """

    reads_all: ClassVar[bool] = True

    dimensions: Count
    max_tokens: Count
    random_state: Size

    def identity(self, corpus: Corpus) -> Mapping[str, Any]:
        """Return the fields, and the ids fitted on."""
        return {
            "words": WORD_PATTERN,
            "dimensions": self.dimensions,
            "max_tokens": self.max_tokens,
            "random_state": self.random_state,
            "fitted_on": hashlib.sha256(corpus.train_ids.tobytes()).hexdigest(),
        }

    def embed(self, corpus: Corpus) -> Embedded:
        """Fit on the train texts and transform all; ``InputError`` if they hold no words."""
        find_words = re.compile(WORD_PATTERN).findall
        words = [find_words(text.lower())[: self.max_tokens] for text in corpus.texts]
        weights, known_words = _tfidf(words, corpus.train_ids)
        features = self._reduce(weights, corpus.train_ids)
        tokens = sum(map(len, words))
        unknown = sum(word not in known_words for text in words for word in text)
        report = EmbeddingReport(
            embedding="TF-IDF and SVD",
            source=f"the {len(corpus.train_ids):,} train texts",
            tokenizer=f"lower-cased words, the first {self.max_tokens}",
            dimensions=features.shape[1],
            texts=len(words),
            tokens=tokens,
            unknown_share=unknown / max(tokens, 1),
            empty_ids=np.flatnonzero(np.diff(weights.indptr) == 0).tolist(),
        )
        return Embedded(features, report)

    def _reduce(self, weights: Any, train_ids: NDArray[np.int64]) -> NDArray[np.float32]:
        from sklearn.decomposition import TruncatedSVD

        train = weights[train_ids]
        dimensions = min(self.dimensions, *train.shape)
        if dimensions < self.dimensions:
            log.warning(
                "TF-IDF and SVD: %d dimensions instead of %d, for %d train texts with %d words",
                dimensions,
                self.dimensions,
                *train.shape,
            )
        if train.shape[1] == 1:  # one word: there is nothing to reduce
            return np.asarray(weights.toarray(), dtype=np.float32)
        svd = TruncatedSVD(dimensions, random_state=self.random_state).fit(train)
        features: NDArray[np.float32] = svd.transform(weights).astype(np.float32)
        return features


def _tfidf(words: list[list[str]], train_ids: NDArray[np.int64]) -> tuple[Any, Mapping[str, int]]:
    """Return TF-IDF weights, sparse [R, V], and the columns of the V words of the train texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True)
    if not any(words[row] for row in train_ids):
        raise InputError("The train texts hold no words, so TF-IDF has nothing to count.")
    vectorizer.fit([words[row] for row in train_ids])
    return vectorizer.transform(words), vectorizer.vocabulary_
