"""How many of a finite number of things are wrong, told by stratified samples of them.

A *draw* divides what was not looked at so far into strata and looks at a random sample of each.
How many are wrong in all, T, is what was known before plus what the strata hold. Later draws divide
what is left anew, as they know more; given what was known, each is a sample of its own, so that
their likelihoods multiply.

The interval is that of the profile likelihood ratio: of all shares p_h in the strata with
known + sum N_h p_h = T, the likeliest are k / p - (n - k) / (1 - p) = lambda N for a number lambda,
a quadratic equation for each stratum; T is in the interval where the likelihood is not much lower
than at its maximum. It needs no standard error, which strata without an error would make 0. The
correction for finite numbers is that of the variance: n counts as n (N - 1) / (N - n), so that a
stratum that was looked at whole adds nothing to the width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEPS = 1001
WIDEST = 30.0  # of asinh(lambda), on the scale of the data
TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Draw:
    """A stratified sample of what was not looked at before.

    Attributes:
        known: How many were known to be wrong before it.
        sizes: int64 [H], things in each stratum, at least 1.
        sampled: int64 [H], how many of them were looked at, drawn at random; at least 1.
        wrong: int64 [H], how many of these were wrong.
    """

    known: int
    sizes: Ints
    sampled: Ints
    wrong: Ints

    @property
    def total(self) -> float:
        """The unbiased (Horvitz-Thompson) estimate of T."""
        return float(self.known + (self.sizes * (self.wrong / self.sampled)).sum())


@dataclass(frozen=True)
class Total:
    """How many are wrong, as likely as it can be told, and the interval."""

    value: float
    low: float
    high: float


def wrong_in_all(draws: Sequence[Draw], quantile: float, at_least: int, at_most: int) -> Total:
    """Return the likeliest T of all draws and the interval of its profile likelihood.

    Args:
        draws: In the order in which they were drawn; at least one.
        quantile: Of the standard normal distribution: 1.96 for an interval of 95 %.
        at_least: How many are known to be wrong by now.
        at_most: How many are not known to be right.
    """
    curves = [_curve(draw) for draw in draws if (draw.sampled < draw.sizes).any()]
    whole = [draw.total for draw in draws if (draw.sampled == draw.sizes).all()]
    if whole:
        return Total(whole[-1], whole[-1], whole[-1])
    grid = np.unique(np.concatenate([totals for totals, _ in curves]))
    grid = np.unique(np.r_[at_least, grid[(grid > at_least) & (grid < at_most)], at_most])
    away = np.sum([np.interp(grid, *curve) for curve in curves], axis=0)
    best = int(np.argmin(away))
    inside = np.flatnonzero(away - away[best] <= quantile**2)
    low = _crossing(grid, away - away[best], int(inside[0]), -1, quantile**2)
    high = _crossing(grid, away - away[best], int(inside[-1]), 1, quantile**2)
    return Total(float(grid[best]), low, high)


def _curve(draw: Draw) -> tuple[Floats, Floats]:
    """Return totals T, ascending, and twice how much less likely each is than the likeliest."""
    live = draw.sampled < draw.sizes
    sizes, n = draw.sizes[live].astype(float), draw.sampled[live].astype(float)
    looked_at_whole = draw.known + int(draw.wrong[~live].sum())
    n_effective = n * np.maximum(sizes - 1, 1) / (sizes - n)
    k = n_effective * (draw.wrong[live] / n)
    scale = float((n_effective / sizes).max())
    bent = np.sinh(np.linspace(-WIDEST, WIDEST, STEPS)) / np.sinh(1.0)
    p = likeliest_shares(k, n_effective, sizes * (scale * bent[::-1, None]) * 1e-3)
    totals = looked_at_whole + p @ sizes
    likelihood = _log_likelihood(k, n_effective, p)
    away = 2 * (_log_likelihood(k, n_effective, k / n_effective) - likelihood)
    order = np.argsort(totals, kind="stable")
    return totals[order], np.maximum(away[order], 0)


def likeliest_shares(k: Floats, n: Floats, slope: Floats) -> Floats:
    """Return p with k / p - (n - k) / (1 - p) = slope, the likeliest shares at a given total.

    Args:
        k: float64 [H], wrong ones.
        n: float64 [H], looked at.
        slope: float64 [..., H], lambda N.
    """
    b = slope + n
    root = np.sqrt(np.maximum(b * b - 4 * slope * k, 0))
    rising = 2 * k / np.maximum(b + root, TINY)
    falling = (b - root) / np.minimum(2 * slope, -TINY)
    return np.clip(np.where(b >= 0, rising, falling), 0, 1)


def _log_likelihood(k: Floats, n: Floats, p: Floats) -> Floats:
    from scipy.special import xlog1py, xlogy

    with np.errstate(divide="ignore"):
        return (xlogy(k, p) + xlog1py(n - k, -p)).sum(axis=-1)


def _crossing(grid: Floats, away: Floats, inside: int, step: int, limit: float) -> float:
    """Return where the curve crosses the limit, between ``inside`` and the next point outside."""
    outside = inside + step
    if not 0 <= outside < len(grid) or not np.isfinite(away[outside]):
        return float(grid[inside])
    share = (limit - away[inside]) / (away[outside] - away[inside])
    return float(grid[inside] + share * (grid[outside] - grid[inside]))
