"""Which labels to check next: some to find errors, some to measure how many there are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROWS_A_STRATUM = 6  # checks that each stratum can count on, on average
MOST_STRATA = 10
LEAST = 2
SUREST = 0.01  # of no group of rows is it taken for granted that fewer than this are wrong


@dataclass(frozen=True, eq=False)
class Design:
    """What one draw takes of the rows that were not checked before.

    Attributes:
        finding: int64 [m], places of the rows most probably wrong, the likeliest first; all taken.
        strata: Places of all other rows, int64 [N_h] each; likeliest wrong first.
        take: int64 [H], how many of each are drawn at random.
    """

    finding: Ints
    strata: list[Ints]
    take: Ints

    def variance(self, p: Floats) -> float:
        """Return the variance of the estimated number of wrong rows that ``p`` [N] promises."""
        parts = zip(self.strata, self.take.tolist(), strict=True)
        return float(
            sum(len(s) * (len(s) - n) / n * _spread(p[s]).mean() ** 2 for s, n in parts if n)
        )


def design(p: Floats, left: Ints, count: int, finding_share: float) -> Design:
    """Divide what is left, and say how many are drawn of each part.

    The likeliest wrong are taken for sure: they find errors, and what they hold is known. The rest
    is cut along p into strata that hold equally much of sum sqrt(p (1 - p)), and each gets its
    share of the draw by that sum (Neyman 1934; Dalenius and Hodges 1959), which makes the variance
    of the estimated total as small as it can be if p is right; at least 2, since it may not be.

    Args:
        p: float64 [N], how probably each row is wrong.
        left: int64 [M], places of the rows that were not checked, in an order that says nothing.
        count: How many to take; all that are left, if these are fewer.
        finding_share: Share of ``count`` that is taken for sure.
    """
    count = min(count, len(left))
    order = left[np.argsort(-p[left], kind="stable")]
    sure = count if count == len(left) else int(finding_share * count)
    finding, rest, take = order[:sure], order[sure:], count - sure
    if not take:
        return Design(finding, [rest] if len(rest) else [], np.zeros(min(len(rest), 1), np.int64))
    number = min(max(1, take // ROWS_A_STRATUM), MOST_STRATA, len(rest))
    reach = np.cumsum(_spread(p[rest]))
    cuts = np.searchsorted(reach, reach[-1] * np.arange(1, number) / number)
    strata = [part for part in np.split(rest, np.unique(cuts)) if len(part)]
    weights = np.array([_spread(p[part]).sum() for part in strata])
    return Design(finding, strata, allocation(weights, np.array([len(s) for s in strata]), take))


def allocation(weights: Floats, sizes: Ints, take: int) -> Ints:
    """Divide ``take`` by ``weights`` [H] into whole numbers: at least 2 each, at most ``sizes``.

    What the rounding leaves goes, one by one, to the part with the most weight for each it has.
    """
    least = np.minimum(np.minimum(LEAST, sizes), max(1, take // len(sizes)))
    given = np.clip(np.floor(take * weights / weights.sum()).astype(np.int64), least, sizes)
    while given.sum() > take:
        ratio = np.where(given > least, given / np.maximum(weights, 1e-12), -1)
        given[int(np.argmax(ratio))] -= 1
    while given.sum() < take:
        ratio = np.where(given < sizes, weights / np.maximum(given, 1e-12), -1)
        given[int(np.argmax(ratio))] += 1
    return given


def _spread(p: Floats) -> Floats:
    return np.sqrt(np.maximum(p * (1 - p), SUREST))
