"""Almost Stochastic Order (Dror et al. 2019), vectorised, with a right Bonferroni correction.

The same bootstrap as ``deepsig.aso`` 1.2.8, to the last digit, 20 to 40 times faster and without
touching NumPy's global generator. ``deepsig`` corrects its level to level + (1 - level) / k, which
gets laxer with more comparisons; here it is 1 - alpha / k.
"""

from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ITERATIONS = 1000
STEP = 0.005


def aso(
    scores_a: Floats,
    scores_b: Floats,
    confidence_level: float = 0.95,
    iterations: int = ITERATIONS,
    dt: float = STEP,
    seed: int = 0,
) -> float:
    """Return the upper bound eps_min of the violation ratio of "A is stochastically larger than B".

    0: A dominates. Below 0.5: A is better at this level, though with five seeds and no true
    difference that happens in about one of six cases; the authors of deepsig advise 0.2.
    Not symmetric: (A, B) and (B, A) may both be above 0.5.

    Args:
        scores_a: float64 [S], scores of A over seeds, higher is better.
        scores_b: float64 [T], scores of B.
        confidence_level: Of the bound.
        iterations: Bootstrap samples.
        dt: Step of the integral over quantiles.
        seed: Of the bootstrap; the same numbers as ``deepsig.aso(..., seed=seed)``.

    Raises:
        ValueError: One side has no scores.
    """
    from scipy.special import ndtri

    if not len(scores_a) or not len(scores_b):
        raise ValueError("ASO needs at least one score on each side")
    a, b = np.sort(scores_a)[None, :], np.sort(scores_b)[None, :]
    ratio = float(_violation_ratios(a, b, dt)[0])
    uniform = _uniform_draws(iterations, len(scores_a) + len(scores_b), seed)
    samples = _violation_ratios(
        np.sort(_quantiles(a, uniform[:, : len(scores_a)]), axis=1),
        np.sort(_quantiles(b, uniform[:, len(scores_a) :]), axis=1),
        dt,
    )
    scale = np.sqrt(len(scores_a) * len(scores_b) / (len(scores_a) + len(scores_b)))
    sigma = np.std(scale * (samples - ratio))
    return float(np.clip(ratio - (1 / scale) * sigma * ndtri(1 - confidence_level), 0, 1))


def pairwise_aso(scores: dict[str, Floats], alpha: float = 0.05, seed: int = 0) -> Floats:
    """Return eps_min of every ordered pair, float64 [K, K]: row better than column.

    The level of each is 1 - alpha / (K * (K - 1) / 2): Bonferroni over the pairs. NaN on the
    diagonal, and where one side has a single score, of which a bootstrap knows no spread.
    """
    names = list(scores)
    level = bonferroni_level(len(names), alpha)
    result = np.full((len(names), len(names)), np.nan)
    several = [k for k, name in enumerate(names) if len(scores[name]) > 1]
    for i, j in permutations(several, 2):
        result[i, j] = aso(scores[names[i]], scores[names[j]], level, seed=seed)
    return result


def bonferroni_level(models: int, alpha: float) -> float:
    """Return the confidence level of one comparison when all pairs of ``models`` are compared."""
    return 1 - alpha / max(1, models * (models - 1) // 2)


@lru_cache(maxsize=16)
def _uniform_draws(iterations: int, width: int, seed: int) -> Floats:
    """Return float64 [iterations, width]; row i as ``np.random.seed(seed + i + 1)`` would give."""
    rows = [np.random.RandomState(seed + i).random_sample(width) for i in range(1, iterations + 1)]
    draws = np.array(rows)
    draws.flags.writeable = False
    return draws


def _quantiles(ordered: Floats, shares: Floats) -> Floats:
    """Return quantiles: ``ordered`` [1 or B, n] ascending, ``shares`` [B or 1, T] in (0, 1)."""
    count = ordered.shape[1]
    index = np.clip(np.ceil(count * shares).astype(np.int64) - 1, 0, count - 1)
    rows = max(len(ordered), len(index))
    return np.take_along_axis(
        np.broadcast_to(ordered, (rows, count)),
        np.broadcast_to(index, (rows, index.shape[1])),
        axis=1,
    )


def _violation_ratios(a: Floats, b: Floats, dt: float) -> Floats:
    """Return violation ratios of row pairs, 0.5 if equal; ``a`` [B, S], ``b`` [B, T] ascend."""
    grid = np.arange(dt, 1, dt)[None, :]
    f, g = _quantiles(a, grid), _quantiles(b, grid)
    difference = g - f
    distance = np.sum(difference**2 * dt, axis=1)
    violation = np.where(f >= g, 0.0, difference)[:, 1:]
    ratio = np.full(len(distance), 0.5)
    unequal = distance > 0
    ratio[unequal] = np.sum(violation**2 * dt, axis=1)[unequal] / distance[unequal]
    return ratio
