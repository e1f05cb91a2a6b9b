"""Two strategies compared seed by seed."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EXACT_UP_TO = 14
FLIPS = 20_000


def sign_flip_test(differences: Floats, seed: int = 0) -> float:
    """Return the two-sided p-value of a mean difference of 0, by flipping the signs.

    If neither strategy is better, each paired difference is as likely to be d as -d. The p-value
    is the share of sign patterns whose absolute mean is at least the observed one. All 2 ** S
    patterns are tried for up to 14 seeds; for more, 20,000 random ones, the observed pattern
    counted once more (Phipson and Smyth 2010). The smallest p for S seeds is 2 ** (1 - S):
    0.0625 for five, so five seeds alone never reach 0.05.

    Args:
        differences: float64 [S], one paired difference a seed.
        seed: Of the random patterns, used for more than 14 seeds only.
    """
    from scipy.stats import permutation_test

    if len(differences) < 2 or not np.any(differences):
        return 1.0 if len(differences) else float("nan")
    found = permutation_test(
        (differences / np.max(np.abs(differences)),),
        _rounded_sum,
        permutation_type="samples",
        vectorized=True,
        n_resamples=FLIPS,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def _rounded_sum(values: Floats, axis: int = -1) -> Floats:
    """Return sums that are equal where they would be without rounding errors."""
    return np.round(values.sum(axis=axis), 10)


def holm(p_values: Floats) -> Floats:
    """Return p-values [K] adjusted for K comparisons by Holm's step-down method (1979)."""
    order = np.argsort(p_values, kind="stable")
    steps = (len(p_values) - np.arange(len(p_values))) * p_values[order]
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def detectable(deviation: float, pairs: int, comparisons: int = 1) -> float:
    """Return the true mean difference that four of five studies of this size would find at 0.05.

    Student's t, the first of ``comparisons`` steps of Holm's correction: (t_(1 - a/2) + t_0.8)
    standard errors. NaN for fewer than two pairs.

    Args:
        deviation: Standard deviation of the paired differences.
        pairs: Number of pairs S.
        comparisons: How many means are compared.
    """
    from scipy.special import stdtrit

    if pairs < 2:
        return float("nan")
    steps = stdtrit(pairs - 1, 1 - 0.025 / comparisons) + stdtrit(pairs - 1, 0.8)
    return float(steps * deviation / np.sqrt(pairs))
