"""Bootstrap intervals of a mean over seeds, widened for small numbers of seeds."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cartolearn.statistics.bootstrap import resampled_means, resampling_shares

Floats = NDArray[np.float64]
RESAMPLES = 10_000
LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean over ``n`` seeds with its interval; the bounds are NaN for one seed."""

    value: float
    low: float
    high: float
    n: int


def expanded_tail(n: int, level: float = LEVEL) -> float:
    """Return the share of the bootstrap distribution to cut off at each end, for ``n`` values.

    The plain percentile interval is too narrow for few values: its spread divides by n and not
    n - 1, and it knows no Student factor. The expanded percentile interval corrects both:
    tail = Phi(-sqrt(n / (n - 1)) * t(1 - (1 - level) / 2, n - 1)); Hesterberg, What Teachers
    Should Know About the Bootstrap, The American Statistician 69 (2015), section 5.3.
    """
    from scipy.special import ndtr, stdtrit

    return float(ndtr(-np.sqrt(n / (n - 1)) * stdtrit(n - 1, 1 - (1 - level) / 2)))


def mean_intervals(
    values: Floats, level: float = LEVEL, seed: int = 0
) -> tuple[Floats, Floats, Floats]:
    """Return the mean over seeds of K quantities, and the bounds of their bootstrap intervals.

    Seeds are drawn together for all K, from a generator of this call's own.

    Args:
        values: float64 [S, K], one row a seed.
        level: Nominal coverage.
        seed: Of the resampling.

    Returns:
        float64 [K] each: mean, low, high. With one seed the bounds are NaN. An interval lies
        within the smallest and the largest value, so with S seeds it covers a median at most
        1 - 2 ** (1 - S) of the time: 0.75 for 3 seeds, 0.94 for 5.
    """
    count = len(values)
    mean = values.mean(axis=0)
    if count < 2:
        return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    tail = expanded_tail(count, level)
    low, high = np.quantile(_shares_drawn(count, seed) @ values, [tail, 1 - tail], axis=0)
    return mean, np.minimum(low, mean), np.maximum(high, mean)


@lru_cache(maxsize=16)
def _shares_drawn(count: int, seed: int) -> Floats:
    """Return :func:`resampling_shares` of ``RESAMPLES`` samples."""
    drawn = resampling_shares(count, RESAMPLES, np.random.default_rng(seed))
    drawn.flags.writeable = False
    return drawn


def mean_estimate(values: Floats, level: float = LEVEL, seed: int = 0) -> Estimate:
    """Return the mean of ``values`` [S] with its interval, see :func:`mean_intervals`."""
    mean, low, high = mean_intervals(np.asarray(values, dtype=np.float64)[:, None], level, seed)
    return Estimate(float(mean[0]), float(low[0]), float(high[0]), len(values))


def interval_of_each(values: Floats) -> list[Estimate]:
    """Return :func:`mean_intervals` of ``values`` [S, K] as K estimates."""
    mean, low, high = (side.tolist() for side in mean_intervals(values))
    return [Estimate(*bounds, n=len(values)) for bounds in zip(mean, low, high, strict=True)]


def independent_difference(a: Floats, b: Floats, level: float = LEVEL, seed: int = 0) -> Estimate:
    """Return mean ``a`` [S] minus mean ``b`` [T], resampled apart; for runs that share no seed."""
    if min(len(a), len(b)) < 2:
        return Estimate(float(np.mean(a) - np.mean(b)), np.nan, np.nan, min(len(a), len(b)))
    generator = np.random.default_rng(seed)
    drawn = [resampled_means(values, RESAMPLES, generator) for values in (a, b)]
    tail = expanded_tail(min(len(a), len(b)), level)
    low, high = np.quantile(drawn[0] - drawn[1], [tail, 1 - tail])
    return Estimate(float(np.mean(a) - np.mean(b)), float(low), float(high), min(len(a), len(b)))
