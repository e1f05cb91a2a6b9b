"""What each draw tells: of every stratum how many labels it holds, were checked, and were wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.audit.drawing.draw import NOWHERE, strata_of
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.state import State
from cartolearn.statistics.stratified import Draw

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Sample:
    """One draw, and what came of it.

    Attributes:
        strata: int64 [R], the stratum of each text; -1 if it was not in the draw's reach.
        asked: bool [R], whether it was given out in this draw.
        checked: bool [R], whether it was, and was checked.
        variance: What the draw promised.
    """

    strata: Ints
    asked: Bools
    checked: Bools
    variance: float

    def of(self, population: Bools, hit: Bools, before: float) -> tuple[Draw, Ints] | None:
        """Return the draw as the estimator takes it, for a part of the texts; None: no measure.

        Strata without a check join their neighbour in suspicion.

        Args:
            population: bool [R], which texts count.
            hit: bool [R], what is counted, e.g. wrong labels; of checked texts.
            before: How many hits there are out of the draw's reach.

        Returns:
            The draw, and for each stratum of ``strata`` its place in the draw's.
        """
        reached = population & (self.strata >= 0)
        number = int(self.strata.max(initial=-1)) + 1
        checked = self.checked & population
        counts = [np.bincount(self.strata[rows], minlength=number)
                  for rows in (reached, checked, checked & hit)]  # fmt: skip
        if not counts[1][1:].any() and counts[0][1:].any():
            return None  # nothing was drawn at random, so nothing is told of the others
        if not counts[1].any():
            return None
        groups = np.cumsum(np.r_[0, (counts[1] > 0)[:-1]])
        groups = np.minimum(groups, groups[np.flatnonzero(counts[1])[-1]])
        summed = [np.bincount(groups, weights=x).astype(np.int64) for x in counts]
        return Draw(round(before), *summed), groups


def truth_codes(audit: Audit, state: State) -> Ints:
    """Return the true class of each text, int64 [R], as an index into ``state.classes``; -1."""
    codes = np.full(audit.labels.given.shape[1], UNKNOWN, dtype=np.int64)
    index = {name: number for number, name in enumerate(state.classes)}
    for row, label in state.truth().items():
        codes[row] = index[label]
    return codes


def samples_of(audit: Audit, state: State, truth: Ints) -> list[Sample]:
    """Return what each draw tells."""
    found: list[Sample] = []
    for drawn in state.draws:
        codes = strata_of(audit, drawn).astype(np.int64)
        strata = np.where(codes == NOWHERE, -1, codes)
        asked = np.zeros(len(strata), dtype=bool)
        asked[np.array(drawn.ids, dtype=np.int64)] = True
        found.append(Sample(strata, asked, asked & (truth != UNKNOWN), drawn.variance))
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

    def of_part(self, members: Bools, hits: Bools) -> Draw:
        """Return the counts of a smaller part, bool [R], by the strata of ``draw``."""
        sample, number = self.sample, len(self.draw.sizes)
        checked = sample.checked & members
        rows = (members & (sample.strata >= 0), checked, checked & hits)
        counts = (np.bincount(self.groups[sample.strata[x]], minlength=number) for x in rows)
        return Draw(int((hits & (sample.strata < 0)).sum()), *counts)


def draws_of(samples: Sequence[Sample], population: Bools, hit: Bools, known: Bools) -> list[Told]:
    """Return what the draws tell of a part of the texts; those that measure nothing are left out.

    A text that was given out and never checked is out of reach of later draws; it counts as the
    checked ones of its stratum do on average.

    Args:
        samples: In their order.
        population: bool [R], which texts count.
        hit: bool [R], what is counted.
        known: bool [R], which texts are checked.
    """
    found: list[Told] = []
    worth = (population & known & hit).astype(np.float64)
    for sample in samples:
        made = sample.of(population, hit, float(worth[sample.strata < 0].sum()))
        if made is None:
            continue
        told = Told(sample, *made)
        found.append(told)
        silent = population & sample.asked & ~known
        rates = told.draw.wrong / told.draw.sampled
        worth[silent] = rates[told.groups[sample.strata[silent]]]
    return found
