"""Which labels to check next: some to find errors, some to measure how many there are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ROWS_A_STRATUM = 6  # checks that each stratum can count on, on average
MOST_LEVELS = 10  # of suspicion
LEAST = 2
SUREST = 0.005  # of no group of rows is it taken for granted that fewer than this are wrong


@dataclass(frozen=True, eq=False)
class Design:
    """What one draw takes of the rows that were not checked before.

    Attributes:
        finding: int64 [m], places of the rows most probably wrong, the likeliest first; all taken.
        strata: Places of all other rows, int64 [N_h] each, by levels of suspicion, the likeliest
            wrong first; each level in two, by class.
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


def design(p: Floats, given: Ints, left: Ints, count: int, finding_share: float) -> Design:
    """Divide what is left, and say how many are drawn of each part.

    The likeliest wrong are taken for sure: they find errors, and what they hold is known. The rest
    is cut along p into levels that hold equally much of sum sqrt(p (1 - p)), and each level into
    the classes that are wrong more often and those that are less often. Each stratum gets its share
    of the draw by that sum (Neyman 1934; Dalenius and Hodges 1959), which makes the variance of the
    estimated total as small as it can be if p is right; at least 2, since it may not be.

    Args:
        p: float64 [N], how probably each row is wrong.
        given: int64 [N], the class of each label.
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
    strata = _strata(p, _often_wrong(p, given)[given], rest, take // ROWS_A_STRATUM)
    weights = np.array([_spread(p[part]).sum() for part in strata])
    return Design(finding, strata, allocation(weights, np.array([len(s) for s in strata]), take))


def _strata(p: Floats, often: Bools, rest: Ints, number: int) -> list[Ints]:
    """Cut ``rest``, likeliest wrong first, into about ``number`` strata."""
    halves = 2 if number > 3 else 1
    levels = min(max(1, number // halves), MOST_LEVELS, len(rest))
    reach = np.cumsum(_spread(p[rest]))
    cuts = np.searchsorted(reach, reach[-1] * np.arange(1, levels) / levels)
    cut = np.split(rest, np.unique(cuts))
    if halves == 2:
        cut = [half for level in cut for half in (level[often[level]], level[~often[level]])]
    return [part for part in cut if len(part)]


def _often_wrong(p: Floats, given: Ints) -> Bools:
    """Return the classes with the larger mean p, bool [C], that hold about half of the spread."""
    rows = np.bincount(given)
    mean = np.bincount(given, weights=p) / np.maximum(rows, 1)
    spread = np.bincount(given, weights=_spread(p))
    order = np.argsort(-mean, kind="stable")
    often = np.zeros(len(rows), dtype=bool)
    often[order] = np.cumsum(spread[order]) - spread[order] / 2 < spread.sum() / 2
    return often


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
