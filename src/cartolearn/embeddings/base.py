"""What an embedding is: frozen features of every text of a dataset, and a report on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class EmbeddingReport:
    """What became of the texts on their way to features.

    Attributes:
        embedding: What made the features, in words.
        source: The file, package or model that the vectors come from.
        tokenizer: How texts were cut into tokens, in words.
        dimensions: Columns of the features.
        texts: Rows of the features.
        tokens: Tokens read over all texts, after the cut at ``max_tokens``; None if not counted.
        unknown_share: Share (0 to 1) of those tokens without a vector; None if not counted.
        empty_ids: Ids of the texts without any token that has a vector. Their row is zero,
            except from a sentence encoder, which has a vector for nothing too.
    """

    embedding: str
    source: str
    tokenizer: str
    dimensions: int
    texts: int
    tokens: int | None
    unknown_share: float | None
    empty_ids: list[int]

    def summary(self) -> str:
        """Return two lines for the log."""
        counts = "" if self.tokens is None else f"{self.tokens:,} tokens, "
        unknown = "" if self.unknown_share is None else f"{self.unknown_share:.2%} without vector, "
        return (
            f"{self.embedding}: {self.texts:,} texts x {self.dimensions} from {self.source}\n"
            f"{self.tokenizer}: {counts}{unknown}{_counted(self.empty_ids)} without a known token"
        )


@dataclass(frozen=True, eq=False)
class Embedded:
    """Features float32 [R, d], row i for the text with id i, and the report on them."""

    features: NDArray[np.float32]
    report: EmbeddingReport


def encoded(
    features: NDArray[np.float32], texts: Sequence[str], embedding: str, source: str, tokenizer: str
) -> Embedded:
    """Return a sentence encoder's features [R, d] of R texts, whose tokens it does not tell."""
    empty = [row for row, text in enumerate(texts) if not text.strip()]
    rows, width = features.shape
    report = EmbeddingReport(embedding, source, tokenizer, width, rows, None, None, empty)
    return Embedded(features, report)


class Corpus(Protocol):
    """Texts, and which of them an embedding may learn from; a dataset is one.

    Attributes:
        texts: R texts; an id is a text's position.
        train_ids: int64 [N], ascending ids.
    """

    @property
    def texts(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def train_ids(self) -> NDArray[np.int64]: ...  # noqa: D102


class Embedding(Protocol):
    """Turns texts into frozen features.

    Attributes:
        reads_all: Whether a text's features depend on the texts beside it.
    """

    reads_all: ClassVar[bool]

    def identity(self, corpus: Corpus) -> Mapping[str, Any]:
        """Return what the features depend on besides the texts, as values that JSON can hold.

        Two embeddings with equal identities give equal features for equal texts.

        Raises:
            InputError: A file that the embedding needs cannot be had.
        """
        ...

    def embed(self, corpus: Corpus) -> Embedded:
        """Compute the features float32 [R, d] of all R texts."""
        ...


def _counted(ids: list[int]) -> str:
    if not ids:
        return "no text"
    shown = ", ".join(map(str, ids[:10])) + (", ..." if len(ids) > 10 else "")
    return f"{len(ids):,} {'text' if len(ids) == 1 else 'texts'} (ids {shown})"
