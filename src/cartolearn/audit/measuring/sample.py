"""What each draw tells: of every stratum how many labels it holds, were checked, and were wrong.

Of the texts that were never given out only counts are held, so that what this takes depends on the
checks, not on the number of labels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cartolearn.audit.drawing.draw import NOWHERE
from cartolearn.statistics.stratified import Draw

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.uint8]
UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Group:
    """Some of a source's labels: those of one class, or all.

    Attributes:
        rows: bool [n], which of the texts that were given out have such a label.
        columns: bool [C + 1], the classes of these labels; the last one is that of no label.
    """

    rows: Bools
    columns: Bools


@dataclass(frozen=True, eq=False)
class Sample:
    """One draw, and what came of it; of n texts, those that were given out in any draw.

    Attributes:
        strata: int64 [n], the stratum of each text; -1 if it was not in the draw's reach.
        asked: bool [n], whether it was given out in this draw.
        checked: bool [n], whether it was, and was checked.
        sizes: int64 [H, C + 1], how many texts of each stratum are called each class.
        variance: What the draw promised.
    """

    strata: Ints
    asked: Bools
    checked: Bools
    sizes: Ints
    variance: float

    @property
    def measures(self) -> bool:
        """Whether it tells of others than the checked: something drawn at random has an answer."""
        random = (self.strata > 0) if self.sizes[1:].any() else (self.strata >= 0)
        return bool((self.checked & random).any())

    def with_texts_of(self, silent: "Sample", column: Ints) -> "Sample":
        """Return this draw as if what an earlier one left unanswered had been in its reach.

        Its texts go to the strata at the same place in the order of suspicion, as texts that got no
        answer: otherwise none of them would count as wrong.

        Args:
            silent: The earlier draw, which measures nothing.
            column: int64 [n], the column of ``sizes`` of each text.
        """
        texts = silent.asked & ~silent.checked
        before, here = silent.sizes.sum(axis=1), self.sizes.sum(axis=1)
        middle = (np.cumsum(before) - before / 2) / before.sum()
        places = np.searchsorted(np.cumsum(here) / here.sum(), middle[silent.strata[texts]])
        strata, sizes = self.strata.copy(), self.sizes.copy()
        strata[texts] = places
        np.add.at(sizes, (places, column[texts]), 1)
        return replace(self, strata=strata, sizes=sizes, asked=self.asked | texts)

    def of(self, population: Group, hit: Bools, before: float) -> tuple[Draw, Ints] | None:
        """Return the draw as the estimator takes it, for a part of the texts; None: no measure.

        Strata without a check join their neighbour in suspicion.

        Args:
            population: The labels that count.
            hit: bool [n], what is counted, e.g. wrong labels; of checked texts.
            before: How many hits there are out of the draw's reach.

        Returns:
            The draw, and for each stratum of ``strata`` its place in the draw's.
        """
        checked = self.checked & population.rows
        sizes = self.sizes[:, population.columns].sum(axis=1)
        counts = [sizes, *(np.bincount(self.strata[rows], minlength=len(sizes))
                           for rows in (checked, checked & hit))]  # fmt: skip
        if not counts[1][1:].any() and counts[0][1:].any():
            return None  # nothing was drawn at random, so nothing is told of the others
        if not counts[1].any():
            return None
        groups = np.cumsum(np.r_[0, (counts[1] > 0)[:-1]])
        groups = np.minimum(groups, groups[np.flatnonzero(counts[1])[-1]])
        summed = [np.bincount(groups, weights=x).astype(np.int64) for x in counts]
        return Draw(round(before), *summed), groups


def samples_of(
    given: Ints,
    classes: int,
    rows: Ints,
    truth: Ints,
    draws: Iterable[tuple[Codes, Sequence[int], float]],
) -> list[Sample]:
    """Return what each draw tells.

    What a draw that measures nothing gave out (a lost sheet, somebody who has not answered yet) was
    out of reach of the later ones; the next one that measures takes it in.

    Args:
        given: int64 [R], a source's labels, from 0 to C - 1; -1 for none.
        classes: C.
        rows: int64 [n], ascending, the ids of all texts that were given out or checked.
        truth: int64 [n], their true classes; -1 where nobody checked.
        draws: Of each the stratum of every text, uint8 [R], the ids that were given out, and the
            variance that it promised.
    """
    found: list[Sample] = []
    silent: Sample | None = None
    width = classes + 1
    column = np.where(given < 0, classes, given)
    for codes, ids, variance in draws:
        reached = np.flatnonzero(codes != NOWHERE)
        cells = codes[reached].astype(np.int64) * width + column[reached]
        number = int(codes[reached].max(initial=0)) + 1
        sizes = np.bincount(cells, minlength=number * width).reshape(number, width)
        here = codes[rows].astype(np.int64)
        asked = np.isin(rows, np.fromiter(ids, dtype=np.int64, count=len(ids)))
        strata = np.where(here == NOWHERE, -1, here)
        sample = Sample(strata, asked, asked & (truth != UNKNOWN), sizes, variance)
        if silent is not None:
            sample = sample.with_texts_of(silent, column[rows])
        silent = None if sample.measures else sample
        found.append(sample)
    return found


@dataclass(frozen=True, eq=False)
class Told:
    """What a draw tells of a part of the texts.

    Attributes:
        sample: The draw.
        draw: Its counts.
        groups: int64 [H], the place in ``draw`` of each stratum of ``sample``.
    """

    sample: Sample
    draw: Draw
    groups: Ints

    def of_part(self, members: Group, hits: Bools) -> Draw:
        """Return the counts of a smaller part by the strata of ``draw``; hits bool [n]."""
        sample, number = self.sample, len(self.draw.sizes)
        checked = sample.checked & members.rows
        sizes = sample.sizes[:, members.columns].sum(axis=1)
        counts = (np.bincount(self.groups[sample.strata[x]], minlength=number)
                  for x in (checked, checked & hits))  # fmt: skip
        held = np.bincount(self.groups, weights=sizes, minlength=number).astype(np.int64)
        return Draw(int((hits & (sample.strata < 0)).sum()), held, *counts)


def draws_of(samples: Sequence[Sample], population: Group, hit: Bools, known: Bools) -> list[Told]:
    """Return what the draws tell of a part of the texts; those that measure nothing are left out.

    A text that was given out and never checked is out of reach of later draws; it counts as the
    checked ones of its stratum do on average.

    Args:
        samples: In their order.
        population: The labels that count.
        hit: bool [n], what is counted.
        known: bool [n], which texts are checked.
    """
    found: list[Told] = []
    worth = (population.rows & known & hit).astype(np.float64)
    for sample in samples:
        made = sample.of(population, hit, float(worth[sample.strata < 0].sum()))
        if made is None:
            continue
        told = Told(sample, *made)
        found.append(told)
        silent = population.rows & sample.asked & ~known
        rates = told.draw.wrong / told.draw.sampled
        worth[silent] = rates[told.groups[sample.strata[silent]]]
    return found
