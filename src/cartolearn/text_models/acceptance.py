"""Which predictions can be accepted unseen: those above a confidence that keeps a precision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Acceptance:
    """What can be accepted at a precision.

    Attributes:
        precision: Share of the accepted texts that is to be right.
        threshold: Least confidence of a text that is accepted; None where none can be.
        share: Share of the texts that come that is accepted.
    """

    precision: float
    threshold: float | None
    share: float

    def accepts(self, confidence: Floats) -> NDArray[np.bool_]:
        """Return which texts are accepted, bool [N], by their confidence [N]."""
        if self.threshold is None:
            return np.zeros(len(confidence), dtype=np.bool_)
        return confidence >= self.threshold


def acceptance(
    p: Floats, gold: NDArray[np.int64], trusted: Floats, weights: Floats, precision: float
) -> Acceptance:
    """Return the lowest threshold that keeps a precision, by the labels and by the confidences.

    Of the texts above it, the weighted share that is right and the weighted mean of the calibrated
    confidence both are at least ``precision``. The second keeps a lucky streak from being trusted.

    Args:
        p: Calibrated probabilities by models that did not learn these texts, float64 [n, C].
        gold: Their labels, int64 [n].
        trusted: What each counts for the precision, float64 [n].
        weights: What each counts for the share of texts that come, float64 [n].
        precision: Above 0 and below 1.
    """
    confidence = p.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    confidence, trusted, weights = confidence[order], trusted[order], weights[order]
    right = (p.argmax(axis=1) == gold)[order]
    total = trusted.cumsum()
    kept = ((trusted * right).cumsum() >= precision * total) & (
        (trusted * confidence).cumsum() >= precision * total
    )
    kept &= np.append(confidence[1:] < confidence[:-1], True)  # a threshold takes ties together
    if not kept.any():
        return Acceptance(precision, None, 0.0)
    last = int(np.flatnonzero(kept)[-1])
    share = float(weights[: last + 1].sum() / weights.sum())
    return Acceptance(precision, float(confidence[last]), share)
