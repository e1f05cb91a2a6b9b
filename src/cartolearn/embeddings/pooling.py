"""From token numbers to one vector a text: the sum or the mean of the tokens' vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from cartolearn.embeddings.base import Embedded, EmbeddingReport
from cartolearn.embeddings.progress import progress_bar
from cartolearn.embeddings.tokens import CHUNK, TokenIds, encode, pad_with_first_word

Pooling = Literal["sum", "mean"]
Padding = Literal["none", "first_word"]


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """Vectors of the tokens of a vocabulary.

    Attributes:
        rows: int64 [V], the row of ``vectors`` that a token has, or -1 if it has none.
        vectors: float32 [K, d].
    """

    rows: NDArray[np.int64]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Pooled:
    """Features float32 [n, d], tokens read, those without a vector, and rows without any."""

    features: NDArray[np.float32]
    tokens: int
    unknown: int
    empty: NDArray[np.int64]

    def embedded(self, embedding: str, source: str, tokenizer: str) -> Embedded:
        """Return the features and the report on them."""
        report = EmbeddingReport(
            embedding,
            source,
            tokenizer,
            dimensions=self.features.shape[1],
            texts=len(self.features),
            tokens=self.tokens,
            unknown_share=self.unknown / max(self.tokens, 1),
            empty_ids=self.empty.tolist(),
        )
        return Embedded(self.features, report)


def pool(
    rows: TokenIds, lengths: TokenIds, vectors: NDArray[np.float32], pooling: Pooling
) -> NDArray[np.float32]:
    """Sum or average vectors over each text: [T] rows, [n] lengths, [K, d] -> float32 [n, d].

    ``rows`` holds the texts' rows of ``vectors``, one text after the other; -1, a token
    without a vector, adds nothing and does not count in the mean. A text without any vector
    gives zeros. Each text is added up in the order of its tokens, whatever stands beside it.
    """
    from scipy.sparse import csr_array

    known = rows >= 0
    text_of_token = np.repeat(np.arange(len(lengths)), lengths)
    counts = np.bincount(text_of_token[known], minlength=len(lengths))
    ends = np.concatenate([[0], np.cumsum(counts)])
    ones = np.ones(int(ends[-1]), dtype=np.float32)
    shape = (len(lengths), len(vectors))
    sums: NDArray[np.float32] = csr_array((ones, rows[known], ends), shape=shape) @ vectors
    if pooling == "sum":
        return sums
    return sums / np.maximum(counts, 1).astype(np.float32)[:, None]


def pool_texts(
    texts: Sequence[str],
    tokenizer: Tokenizer,
    table: TokenVectors,
    pooling: Pooling,
    max_tokens: int,
    padding: Padding = "none",
    chunk: int = CHUNK,
) -> Pooled:
    """Pool the first ``max_tokens`` tokens of each text, ``chunk`` texts at a time."""
    tokenizer.enable_truncation(max_tokens)
    features = np.zeros((len(texts), table.vectors.shape[1]), dtype=np.float32)
    tokens, known = 0, np.zeros(len(texts), dtype=np.int64)
    with progress_bar("Embedding the texts", len(texts)) as advance:
        for start in range(0, len(texts), chunk):
            part = slice(start, start + chunk)
            ids, lengths = encode(tokenizer, texts[part])
            tokens += len(ids)
            known[part] = _known_tokens(table.rows[ids], lengths)
            if padding == "first_word":
                ids, lengths = pad_with_first_word(ids, lengths, max_tokens)
            features[part] = pool(table.rows[ids], lengths, table.vectors, pooling)
            advance(start)
    return Pooled(features, tokens, tokens - int(known.sum()), np.flatnonzero(known == 0))


def _known_tokens(rows: TokenIds, lengths: TokenIds) -> TokenIds:
    text_of_token = np.repeat(np.arange(len(lengths)), lengths)
    return np.bincount(text_of_token[rows >= 0], minlength=len(lengths))
