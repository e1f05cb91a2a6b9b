"""The share of a part of a finite population, told by stratified samples of the whole.

A part (a class, say) is spread over the strata, and few of it are in the sample of any. Its share
is a ratio of weighted counts; its interval is that of Clopper and Pearson for as many things as
would tell as much if they were drawn at random (Korn and Graubard 1998).
"""

from collections.abc import Sequence

import numpy as np

from cartolearn.statistics.stratified import Draw, Floats, Total


def share_of_part(
    draws: Sequence[tuple[Draw, Draw, float]], size: int, level: float, at_least: int, at_most: int
) -> Total | None:
    """Return how many of a part are hits, with an interval; None if none of it was looked at.

    Args:
        draws: Of each draw the counts of the whole, those of the part (its strata in the same
            order, some without anything), and the weight of the draw; weights do not depend on
            what was found.
        size: Things in the part, at least 1.
        level: Confidence level.
        at_least: Hits of the part that are known.
        at_most: Things of the part that are not known to be no hits.
    """
    if at_least == at_most:
        return Total(at_least, at_least, at_least)
    told = [(_told(whole, part), weight) for whole, part, weight in draws]
    known = [(one, weight) for one, weight in told if one is not None]
    if not known:
        return None
    weights = np.array([weight for _, weight in known]) / sum(weight for _, weight in known)
    value, variance, one_each = (np.array(x) for x in zip(*(one for one, _ in known), strict=True))
    total = float(np.clip(weights @ value, at_least, at_most))
    spread = float((weights**2) @ variance)
    share = total / size
    # As many as would give that variance; where it says nothing, as many as the weights leave.
    as_many = float(1 / ((weights**2) @ (1 / one_each)))
    if spread > 0 and 0 < share < 1:
        as_many = min(size**2 * share * (1 - share) / spread, 2 * as_many)
    low, high = clopper_pearson(share * as_many, as_many, level)
    return Total(total, max(low * size, at_least), min(high * size, at_most))


def clopper_pearson(hits: float, of: float, level: float) -> tuple[float, float]:
    """Return the interval of a share; the numbers need not be whole."""
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = float(beta.ppf(tail, hits, of - hits + 1)) if hits > 0 else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, of - hits)) if hits < of else 1.0
    return low, high


def _told(whole: Draw, part: Draw) -> tuple[float, float, float] | None:
    """Return the estimated hits of a part, their variance, and how many it is as good as."""
    if not part.sampled.sum():
        return None
    weight = whole.sizes / np.maximum(whole.sampled, 1)
    rest = float(part.sizes.sum())
    seen = float((weight * part.sampled).sum())
    share = float((weight * part.wrong).sum()) / seen
    left = 1 - whole.sampled / np.maximum(whole.sizes, 1)
    squares = part.wrong * (1 - share) ** 2 + (part.sampled - part.wrong) * share**2
    variance = float((weight**2 * left * squares).sum()) * (rest / seen) ** 2
    return part.known + rest * share, variance, as_good_as(weight, part.sampled.astype(np.float64))


def as_good_as(weights: Floats, counts: Floats) -> float:
    """Return how many equally weighted things a weighted sample is as good as (Kish 1965)."""
    return float((weights * counts).sum() ** 2 / (weights**2 * counts).sum())
