"""Probabilities that are true: one temperature for all logits."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BOUNDS = (0.02, 50.0)
OF_CHOSEN, SPREAD = 0.8, 0.15  # of the temperature that fits what a strategy chose


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

    loss, rows = _loss(logits, gold, weights)
    if not rows:
        return 1.0
    return float(np.exp(minimize_scalar(loss, bounds=np.log(BOUNDS), method="bounded").x))


def temperature_of_chosen(
    logits: Floats, gold: NDArray[np.int64], at_random: NDArray[np.bool_]
) -> float:
    """Return a temperature from rows that a strategy chose and a few that are random.

    At the same confidence a chosen row is wrong more often than one that comes, since a strategy
    keeps near-duplicates apart. So what fits the chosen rows is too high: what fits those that come
    is four fifths of it, give or take 15 % (docs/labelling_measured.md). Both are found together,
    as likely as possible by the random rows, the chosen ones, and that.

    Args:
        logits: float64 [N, C], of models that did not learn these rows.
        gold: int64 [N].
        at_random: bool [N], which rows are a random sample.
    """
    from scipy.optimize import minimize

    kinds = [_loss(logits, gold, part.astype(np.float64)) for part in (at_random, ~at_random)]
    if not all(rows for _, rows in kinds):
        return best_temperature(logits, gold, np.ones(len(gold)))
    (loss, rows), (loss_of_chosen, chosen) = kinds

    def unlikely(logarithms: Floats) -> float:
        ours, theirs = np.clip(logarithms, *np.log(BOUNDS))
        found = rows * loss(ours) + chosen * loss_of_chosen(theirs)
        return float(found + ((ours - theirs - np.log(OF_CHOSEN)) / SPREAD) ** 2 / 2)

    fits = best_temperature(logits, gold, (~at_random).astype(np.float64))
    start = np.log([OF_CHOSEN * fits, fits])
    return float(np.exp(minimize(unlikely, start, method="Nelder-Mead").x[0]).clip(*BOUNDS))


def _loss(
    logits: Floats, gold: NDArray[np.int64], weights: Floats
) -> tuple[Callable[[float], float], int]:
    """Return the mean loss as a function of the temperature's logarithm, and of how many rows."""
    from scipy.special import log_softmax

    rows = np.arange(len(gold))
    known = np.isfinite(logits[rows, gold]) & (weights > 0)
    count = int(known.sum())
    logits, gold, weights = logits[known], gold[known], weights[known]
    smoothed = 1 / (count + 1)

    def loss(logarithm: float) -> float:
        told = log_softmax(logits / np.exp(logarithm), axis=1)
        right = told[np.arange(count), gold]
        any_class = np.where(np.isfinite(told), told, 0).sum(axis=1) / np.isfinite(told).sum(axis=1)
        each = (1 - smoothed) * right + smoothed * any_class
        return float(-(weights * each).sum() / weights.sum())

    return loss, count
