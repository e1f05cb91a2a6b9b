"""An embedding that a reader can check: a text's length and its square root."""

import time
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from cartolearn.embeddings.base import Corpus, Embedded, EmbeddingReport


@dataclass
class Lengths:
    """Each text's length and its square root, times a factor; notes how many it is asked for."""

    reads_all: ClassVar[bool] = False

    factor: float = 1.0
    seconds: float = 0.0
    calls: list[int] = field(default_factory=list)

    def identity(self, corpus: Corpus) -> dict[str, float]:
        assert corpus.texts
        return {"factor": self.factor}

    def embed(self, corpus: Corpus) -> Embedded:
        self.calls.append(len(corpus.texts))
        time.sleep(self.seconds)
        lengths = np.array([len(text) for text in corpus.texts], dtype=np.float64)
        features = self.factor * np.stack([lengths, np.sqrt(lengths)], axis=1)
        empty = [row for row, text in enumerate(corpus.texts) if not text.strip()]
        tokens = int(lengths.sum())
        report = EmbeddingReport("lengths", "texts", "signs", 2, len(lengths), tokens, 0.5, empty)
        return Embedded(features.astype(np.float32), report)
