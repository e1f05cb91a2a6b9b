"""Two strategies compared seed by seed."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EXACT_UP_TO = 12
FLIPS = 20_000


def sign_flip_test(differences: Floats, seed: int = 0) -> float:
    """Two-sided p-value of a mean difference of 0, by flipping the signs of the differences.

    If neither strategy is better, each paired difference is as likely to be d as -d. The p-value
    is the share of sign patterns whose absolute mean is at least the observed one. All 2 ** S
    patterns are tried for up to 12 seeds; for more, 20,000 random ones, the observed pattern
    counted once more (Phipson and Smyth 2010). The smallest p for S seeds is 2 ** (1 - S):
    0.0625 for five, so five seeds alone never reach 0.05.

    Args:
        differences: float64 [S], one paired difference a seed.
        seed: Of the random patterns, used for more than 12 seeds only.
    """
    count = len(differences)
    if count == 0:
        return float("nan")
    observed = abs(float(np.sum(differences)))
    tolerance = 1e-12 * max(1.0, float(np.sum(np.abs(differences))))
    if count <= EXACT_UP_TO:
        signs = np.array(list(product((1.0, -1.0), repeat=count)))
        return float(np.mean(np.abs(signs @ differences) >= observed - tolerance))
    signs = np.random.default_rng(seed).choice((1.0, -1.0), size=(FLIPS, count))
    extreme = int(np.sum(np.abs(signs @ differences) >= observed - tolerance))
    return (extreme + 1) / (FLIPS + 1)


def holm(p_values: Floats) -> Floats:
    """p-values [K] adjusted for K comparisons by Holm's step-down method (1979)."""
    order = np.argsort(p_values, kind="stable")
    steps = (len(p_values) - np.arange(len(p_values))) * p_values[order]
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
