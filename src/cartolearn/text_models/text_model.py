"""A classifier of texts that stands alone: n-grams, an encoder or both, and linear weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cartolearn.text_models.calibration import softmax
from cartolearn.text_models.encoders import Encoder
from cartolearn.text_models.logistic import Weights, fit
from cartolearn.text_models.ngrams import NGrams, idf, weighted

AT_ONCE = 4096  # texts whose n-grams are held at a time


class Predicted(NamedTuple):
    """What a model says of N texts.

    Attributes:
        labels: The likeliest class of each.
        probability: Its calibrated probability, float64 [N].
        probabilities: Those of all classes, in the model's order, float64 [N, C].
    """

    labels: list[str]
    probability: NDArray[np.float64]
    probabilities: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TextModel:
    """Classes of texts, with calibrated probabilities.

    Attributes:
        classes: Their names, C of them.
        ngrams: The n-grams that it reads, or None.
        rarity: Their inverse document frequencies, float32 [V_k] for each kind.
        encoder: The encoder that it reads, or None.
        weights: Of n-grams, then of the encoder's columns.
        temperature: By which logits are divided.
        about: What is known of it, as JSON: how it was measured, versions, the data's fingerprint.
    """

    classes: list[str]
    ngrams: NGrams | None
    rarity: list[NDArray[np.float32]]
    encoder: Encoder | None
    weights: Weights
    temperature: float
    about: dict[str, Any]

    def predict(self, texts: Sequence[str]) -> Predicted:
        """Return labels and calibrated probabilities of texts.

        Raises:
            TypeError: They are one text, or not all are text.
        """
        p = self.predict_proba(texts)
        labels = [self.classes[best] for best in p.argmax(axis=1)]
        return Predicted(labels, p.max(axis=1, initial=0.0), p)

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return calibrated probabilities, float64 [N, C]; ``TypeError`` as ``predict``."""
        return softmax(self.logits(texts), self.temperature)

    def logits(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return logits, float64 [N, C]; ``TypeError`` as ``predict``."""
        texts = checked(texts)
        if not texts:
            return np.empty((0, len(self.classes)))
        vectors = self.encoder.vectors(texts) if self.encoder else None
        parts = []
        for start in range(0, len(texts), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            counts = self.ngrams.counts(texts[some]) if self.ngrams else []
            rows = joined(counts, self.rarity, None if vectors is None else vectors[some])
            parts.append(self.weights.logits(rows))
        return np.concatenate(parts)


def fit_text_model(
    texts: Sequence[str],
    labels: NDArray[np.int64],
    classes: Sequence[str],
    *,
    words: bool,
    encoder: Encoder | None,
    temperature: float = 1.0,
    vectors: NDArray[np.float32] | None = None,
) -> TextModel:
    """Fit a model; classes without a label are left out of it.

    Args:
        texts: n texts.
        labels: int64 [n], indices into ``classes``, of at least two classes.
        classes: Names.
        words: Whether it reads n-grams.
        encoder: The encoder that it reads, or None.
        temperature: By which its logits are divided.
        vectors: The encoder's of these texts, float32 [n, d], where they are at hand.
    """
    there, targets = np.unique(labels, return_inverse=True)
    ngrams = NGrams.of(texts) if words else None
    counts = ngrams.counts(texts) if ngrams else []
    rarity = [idf(part) for part in counts]
    if encoder and vectors is None:
        vectors = encoder.vectors(texts)
    rows = joined(counts, rarity, vectors if encoder else None)
    weights = fit(rows, targets.astype(np.int64), len(there))
    names = [classes[number] for number in there]
    return TextModel(names, ngrams, rarity, encoder, weights, temperature, {})


def joined(
    counts: Sequence[Any],
    rarity: Sequence[NDArray[np.float32]],
    vectors: NDArray[np.float32] | None,
) -> Any:
    """Return what the linear weights read, [N, d]: every part has rows of length 1 (or 0)."""
    from scipy.sparse import csr_matrix, hstack

    parts = [weighted(part, rare) for part, rare in zip(counts, rarity, strict=True)]
    dense = [] if vectors is None else [unit(vectors)]
    if not parts:
        return dense[0]
    return hstack([*parts, *map(csr_matrix, dense)], format="csr")


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows of length 1, float32 [N, d]; rows of zeros stay."""
    length: NDArray[np.float32] = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    found: NDArray[np.float32] = np.divide(rows, np.where(length > 0, length, np.float32(1)))
    return found


def checked(texts: Sequence[str]) -> list[str]:
    """Return texts as a list.

    Raises:
        TypeError: They are one text, a table, or not all are text.
        ValueError: One holds half a character.
    """
    if isinstance(texts, str | bytes):
        raise TypeError("give a list of texts, not one text: [text]")
    if texts is None or isinstance(texts, Mapping) or hasattr(texts, "columns"):
        kind = type(texts).__name__  # to go through a table gives the names of its columns
        raise TypeError(f"give a list of texts, or one column of a table, not a {kind}")
    listed = list(texts)
    for place, text in enumerate(listed):
        if not isinstance(text, str):
            raise TypeError(f"texts[{place}] is {type(text).__name__}, not text")
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"texts[{place}] holds half a character (a lone surrogate) at {error.start};"
                " read it anew in its encoding"
            ) from error
    return listed
