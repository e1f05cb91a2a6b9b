"""Bags of words and letters: the tf-idf weights of a text's n-grams, fitted on the train texts."""

import hashlib
import json
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from cartolearn.config.types import Count
from cartolearn.data.dataset import Dataset
from cartolearn.embeddings.tfidf_svd import TfidfSvd
from cartolearn.errors import InputError
from cartolearn.models.ragged import Ragged

log = logging.getLogger(__name__)

LONGEST = 10_000  # characters of a text that are read


@dataclass(frozen=True)
class Bags:
    """What ``model=linear`` reads: for each text its n-grams, as pairs that ``unpacked`` reads.

    A pair is int32: an n-gram's number, and the bits of its float32 weight, so that a trainer of
    half precision leaves both as they are.

    Weights are (1 + ln count) times the smoothed inverse document frequency over the train texts,
    words and letters each with length 1 (scikit-learn's ``TfidfVectorizer``).

    Attributes:
        words: Longest n-gram of words.
        letters: Longest n-gram of letters, from two, inside words.
    """

    words: Count = 2
    letters: Count = 5

    def read(self, dataset: Dataset, cache_dir: Path | str) -> tuple[Ragged, str]:
        """Return the n-grams of all texts, and a hash of what they depend on.

        Raises:
            InputError: There is no word in the train texts.
        """
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
        texts = [text[:LONGEST] for text in dataset.texts]
        if long := sum(len(text) == LONGEST for text in texts):
            told = "%d of %d texts reach %d characters; what comes after them is not read"
            log.info(told, long, len(texts), LONGEST)
        try:
            union.fit([texts[row] for row in dataset.train_ids])
        except ValueError as error:
            raise InputError(
                f"{dataset.name}: no training text has a word of two letters or more, which n-grams"
                " are made of; take model=transformer"
            ) from error
        table = union.transform(texts).tocsr()
        counts = np.diff(table.indptr)
        empty = np.flatnonzero(counts == 0)  # a text of no known n-gram holds one of weight 0
        at = np.repeat(table.indptr[empty], 1)
        pairs = np.stack([table.indices.astype(np.int32), table.data.view(np.int32)], axis=1)
        pairs = np.insert(pairs, at, np.zeros((len(empty), 2), np.int32), axis=0)
        lengths = torch.from_numpy(np.maximum(counts, 1).astype(np.int64))
        rules = [self.words, self.letters, dataset.train_ids.tolist(), dataset.texts]
        digest = hashlib.sha256(json.dumps(rules).encode()).hexdigest()
        svd = TfidfSvd(dimensions=300, max_tokens=200, random_state=0)

        features = cache(lambda: torch.from_numpy(svd.embed(dataset).features))
        values = torch.from_numpy(pairs)
        return Ragged.of(values, lengths, table.shape[1], lambda _: features()), digest


def unpacked(pairs: Tensor) -> tuple[Tensor, Tensor]:
    """Return the numbers, int64 [B, T], and weights, float32 [B, T], of pairs [B, T, 2].

    Where there is no n-gram (-1) the number and the weight are 0.
    """
    numbers, bits = pairs[..., 0], pairs[..., 1].contiguous()
    weights = bits.view(torch.float32).masked_fill(numbers < 0, 0.0)
    return numbers.clamp(min=0).long(), weights
