"""Bags of words and letters: the tf-idf weights of a text's n-grams, fitted on the train texts."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch

from cartolearn.config.types import Count
from cartolearn.data.dataset import Dataset
from cartolearn.embeddings.tfidf_svd import TfidfSvd
from cartolearn.models.ragged import Ragged


@dataclass(frozen=True)
class Bags:
    """What ``model=linear`` reads: for each text its n-grams, as pairs (number, weight).

    Weights are (1 + ln count) times the smoothed inverse document frequency over the train texts,
    words and letters each with length 1 (scikit-learn's ``TfidfVectorizer``).

    Attributes:
        words: Longest n-gram of words.
        letters: Longest n-gram of letters, from two, inside words.
    """

    words: Count = 2
    letters: Count = 5

    def read(self, dataset: Dataset, cache_dir: Path | str) -> tuple[Ragged, str]:
        """Return the n-grams of all texts, and a hash of what they depend on."""
        del cache_dir
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_union

        options = {"sublinear_tf": True, "dtype": np.float32}
        union = make_union(
            TfidfVectorizer(ngram_range=(1, self.words), **options),
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(min(2, self.letters), self.letters), **options
            ),
        )
        texts = [text[:10_000] for text in dataset.texts]
        union.fit([texts[row] for row in dataset.train_ids])
        table = union.transform(texts).tocsr()
        counts = np.diff(table.indptr)
        empty = np.flatnonzero(counts == 0)  # a text of no known n-gram holds one of weight 0
        at = np.repeat(table.indptr[empty], 1)
        pairs = np.stack([table.indices.astype(np.float32), table.data], axis=1)
        pairs = np.insert(pairs, at, np.zeros((len(empty), 2), np.float32), axis=0)
        lengths = torch.from_numpy(np.maximum(counts, 1).astype(np.int64))
        rules = [self.words, self.letters, dataset.train_ids.tolist(), dataset.texts]
        digest = hashlib.sha256(json.dumps(rules).encode()).hexdigest()
        svd = TfidfSvd(dimensions=300, max_tokens=200, random_state=0)

        def embed() -> torch.Tensor:
            return torch.from_numpy(svd.embed(dataset).features)

        return Ragged.of(torch.from_numpy(pairs), lengths, table.shape[1], cache(embed)), digest
