"""The texts of studies that label many projects with a linear model: vectors computed once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.labelling.shop import sentences
from benchmarks.labelling.texts import load
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.base import Embedding
from cartolearn.embeddings.cache import features_of
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.embeddings.universal import UniversalEncoder

ROWS = 8000
GERMAN = "germeval2018"


@dataclass(frozen=True, eq=False)
class Vectors:
    """Distinct texts of a data set, 8,000 of them at most, the same ones for every seed.

    Attributes:
        name: Of the data set.
        rows: float32 [N, d], vectors of a frozen sentence encoder, of unit length.
        gold: int64 [N], their classes.
        classes: How many classes there are.
    """

    name: str
    rows: NDArray[np.float32]
    gold: NDArray[np.int64]
    classes: int

    @classmethod
    def of(cls, name: str, cache: Path) -> "Vectors":
        """Read a data set; its vectors are those in ``cache``, or are kept there."""
        whole = sentences(name) if name == "tweets" else load(name)
        first = np.sort(np.unique(np.array(whole.texts).astype(str), return_index=True)[1])
        ids = np.sort(np.random.default_rng(0).permutation(first)[:ROWS])
        encoder: Embedding = SentenceEncoder("installed", None, max_tokens=128, batch_size=32)
        if name == GERMAN:
            encoder = UniversalEncoder(max_tokens=128)
        texts = ProjectTexts([whole.texts[row] for row in ids.tolist()], len(ids))
        rows = features_of(texts, encoder, cache)[:].numpy()
        gold = np.asarray(whole.labels)[ids]
        return cls(name, rows, gold.astype(np.int64), len(whole.label_names))
