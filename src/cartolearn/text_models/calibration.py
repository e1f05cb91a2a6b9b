"""Probabilities that are true: one temperature for all logits, and how far off they still are."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BOUNDS = (0.02, 50.0)
BINS = 15


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Return probabilities, float64 [N, C], of logits [N, C] over a temperature; exp(-inf) is 0."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def best_temperature(logits: Floats, gold: NDArray[np.int64], weights: Floats) -> float:
    """Return the temperature with the least weighted log loss (Guo et al. 2017).

    One row of no class is thought beside the n rows, as in Platt (1999): where everything is
    right, few rows allow no probability of 1.

    Args:
        logits: float64 [N, C], of models that did not learn these rows.
        gold: int64 [N]. Rows whose class has the logit -inf, since their model saw none of it,
            say nothing about a temperature and are left out.
        weights: float64 [N], what each row counts.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    rows = np.arange(len(gold))
    known = np.isfinite(logits[rows, gold]) & (weights > 0)
    if not known.any():
        return 1.0
    logits, gold, weights = logits[known], gold[known], weights[known] / weights[known].sum()
    smoothed = 1 / (len(gold) + 1)

    def loss(logarithm: float) -> float:
        told = log_softmax(logits / np.exp(logarithm), axis=1)
        right = told[np.arange(len(gold)), gold]
        any_class = np.where(np.isfinite(told), told, 0).sum(axis=1) / np.isfinite(told).sum(axis=1)
        return float(-(weights * ((1 - smoothed) * right + smoothed * any_class)).sum())

    return float(np.exp(minimize_scalar(loss, bounds=np.log(BOUNDS), method="bounded").x))


def calibration_error(p: Floats, gold: NDArray[np.int64], bins: int = BINS) -> float:
    """Return the expected calibration error: mean |share right - mean confidence| over bins.

    The bins hold equally many rows, in the order of confidence; rows of equal confidence stand in
    the order they came.

    Args:
        p: Probabilities, float64 [N, C].
        gold: int64 [N].
        bins: How many; fewer where there are fewer rows.
    """
    confidence, right = p.max(axis=1), p.argmax(axis=1) == gold
    parts = np.array_split(np.argsort(confidence, kind="stable"), min(bins, len(gold)))
    gaps = [len(part) * abs(right[part].mean() - confidence[part].mean()) for part in parts]
    return float(sum(gaps) / len(gold))
