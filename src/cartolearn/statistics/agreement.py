"""How far people agree who sort the same items into classes, each figure with an interval.

Every figure is a function of means over items, so one bootstrap over the items serves them all.
What is known of it: Cohen, A Coefficient of Agreement for Nominal Scales (1960); Fleiss, Measuring
Nominal Scale Agreement Among Many Raters (1971); Krippendorff, Computing Krippendorff's
Alpha-Reliability (2011). Items may have different numbers of answers; those with one say nothing
and are left out. Fleiss' kappa then takes the shares of the classes over all answers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.statistics.bootstrap import resampled_means
from cartolearn.statistics.intervals import LEVEL, expanded_tail

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RESAMPLES = 2_000
AT_ONCE = 200


@dataclass(frozen=True)
class Agreement:
    """A figure with its interval; NaN where it is not defined, as when all is of one class.

    Attributes:
        value: 1 is full agreement; 0 is chance, but for the plain share.
        low: Lower end of the interval.
        high: Upper end.
        items: How many items it is of.
    """

    value: float
    low: float
    high: float
    items: int


def share_agreeing(counts: Ints, level: float = LEVEL) -> Agreement:
    """Return the mean over items of the share of pairs of answers that are the same.

    Args:
        counts: int64 [N, C], how many people gave each item each class.
        level: Nominal coverage of the interval.
    """
    counts = _answered_twice(counts)
    return _estimated(_agreeing(counts)[:, None], lambda m: m[..., 0], counts, level, plain=True)


def cohen_kappa(first: Ints, second: Ints, classes: int, level: float = LEVEL) -> Agreement:
    """Return the kappa of two people, int64 [N] each, who labelled the same items."""
    a, b = np.eye(classes)[first], np.eye(classes)[second]
    rows = np.column_stack([(first == second).astype(np.float64), a, b])

    def kappa(means: Floats) -> Floats:
        by_a, by_b = means[..., 1 : 1 + classes], means[..., 1 + classes :]
        return _beyond_chance(means[..., 0], (by_a * by_b).sum(axis=-1))

    return _estimated(rows, kappa, (a + b).astype(np.int64), level)


def fleiss_kappa(counts: Ints, level: float = LEVEL) -> Agreement:
    """Return the kappa of any number of people; for ``counts`` see :func:`share_agreeing`."""
    counts = _answered_twice(counts)
    rows = np.column_stack([_agreeing(counts), counts])

    def kappa(means: Floats) -> Floats:
        given = means[..., 1:]
        shares = given / given.sum(axis=-1, keepdims=True)
        return _beyond_chance(means[..., 0], (shares**2).sum(axis=-1))

    return _estimated(rows, kappa, counts, level)


def krippendorff_alpha(counts: Ints, level: float = LEVEL) -> Agreement:
    """Return alpha for classes without an order; for ``counts`` see :func:`share_agreeing`."""
    counts = _answered_twice(counts)
    people = counts.sum(axis=1)
    rows = np.column_stack([_agreeing(counts) * people, counts])
    size = len(counts)

    def alpha(means: Floats) -> Floats:
        given = means[..., 1:]
        total = given.sum(axis=-1)
        answers = total * size
        observed = 1 - means[..., 0] / total
        same = (given * (given * size - 1)).sum(axis=-1)
        return _beyond_chance(1 - observed, same / (total * (answers - 1)))

    return _estimated(rows, alpha, counts, level)


def _answered_twice(counts: Ints) -> Ints:
    return counts[counts.sum(axis=1) > 1]


def _agreeing(counts: Ints) -> Floats:
    """Return for each item the share of its pairs of answers that are the same, float64 [N]."""
    people = counts.sum(axis=1)
    return np.asarray((counts * (counts - 1)).sum(axis=1) / (people * (people - 1)))


def _beyond_chance(observed: Floats, by_chance: Floats) -> Floats:
    left = 1 - by_chance
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(left > 1e-12, (observed - by_chance) / left, np.nan)


def _estimated(
    rows: Floats,
    figure: Callable[[Floats], Floats],
    counts: Ints,
    level: float,
    *,
    plain: bool = False,
) -> Agreement:
    """Return a figure of the means of ``rows`` [N, K], with a bootstrap interval over the items.

    Where all items agree, no resample shows what disagreement there may be. The lower end is then
    that of the share by Clopper and Pearson, brought to the scale of the figure.
    """
    size = len(rows)
    if not size:
        return Agreement(np.nan, np.nan, np.nan, 0)
    value = float(figure(rows.mean(axis=0)))
    if np.isnan(value) or size < 2:
        return Agreement(value, np.nan, np.nan, size)
    if (_agreeing(counts) == 1).all():
        low = ((1 - level) / 2) ** (1 / size)
        shares = counts.sum(axis=0) / counts.sum()
        chance = 0.0 if plain else float((shares**2).sum())
        return Agreement(value, (low - chance) / (1 - chance), 1.0, size)
    generator = np.random.default_rng(0)
    drawn = [figure(resampled_means(rows, AT_ONCE, generator)) for _ in range(RESAMPLES // AT_ONCE)]
    tail = expanded_tail(size, level)
    low, high = np.nanquantile(np.concatenate(drawn), [tail, 1 - tail])
    return Agreement(value, min(float(low), value), max(float(high), value), size)
