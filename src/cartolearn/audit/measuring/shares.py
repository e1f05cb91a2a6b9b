"""How many labels are wrong: in all, by class, by pair and by source, each with an interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.audit.measuring.sample import UNKNOWN, Bools, Sample, draws_of, samples_of
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.labels import NONE
from cartolearn.audit.project.state import State
from cartolearn.statistics.domain import share_of_part
from cartolearn.statistics.stratified import Total, wrong_in_all

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Share:
    """How many of some labels are wrong.

    Attributes:
        of: How many labels there are.
        checked: How many of them were checked.
        found: How many of these were wrong.
        share: The share that is wrong; None if too little is known.
        low: Lower end of the interval.
        high: Upper end.
    """

    of: int
    checked: int
    found: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False)
class Seen:
    """What the checks say, of one source.

    Attributes:
        given: int64 [R], its labels; -1 for none.
        truth: int64 [R], the true classes; -1 where it was not checked.
        samples: What each draw tells.
        audited: bool [R], whether the text can be drawn at all.
    """

    given: Ints
    truth: Ints
    samples: Sequence[Sample]
    audited: Bools

    @classmethod
    def of(cls, audit: Audit, state: State, truth: Ints, source: int = 0) -> "Seen":
        """Return what the checks say of a source."""
        labels = audit.labels.given
        return cls(labels[source], truth, samples_of(audit, state, truth), labels[0] != NONE)

    @property
    def population(self) -> Bools:
        """Which texts have a label of this source, and can be drawn."""
        return self.audited & (self.given != NONE)

    @property
    def known(self) -> Bools:
        """Which of these are checked."""
        return self.population & (self.truth != UNKNOWN)

    @property
    def wrong(self) -> Bools:
        """Which of these are checked and wrong."""
        return self.known & (self.truth != self.given)


def overall(seen: Seen, quantile: float) -> Share:
    """Return how many labels of a source are wrong, with the interval of ``wrong_in_all``."""
    told = draws_of(seen.samples, seen.population, seen.wrong, seen.known)
    total = None
    if told:
        found = int(seen.wrong.sum())
        most = int(seen.population.sum()) - int((seen.known & ~seen.wrong).sum())
        total = wrong_in_all([one.draw for one in told], quantile, found, most)
    return _share(seen.population, seen.known, seen.wrong, total)


def part(seen: Seen, members: Bools, hit: Bools, level: float) -> Share:
    """Return how many of the labels ``members`` are ``hit``, both bool [R]."""
    members = members & seen.population
    known, hits = members & seen.known, members & seen.known & hit
    told = draws_of(seen.samples, seen.population, hit, seen.known)
    draws = [(t.draw, t.of_part(members, hits), 1 / max(t.sample.variance, 1.0)) for t in told]
    least, most = int(hits.sum()), int(members.sum()) - int((known & ~hits).sum())
    size = int(members.sum())
    total = share_of_part(draws, size, level, least, most) if size and draws else None
    return _share(members, known, hits, total)


def _share(members: Bools, known: Bools, hits: Bools, total: Total | None) -> Share:
    size, found = int(members.sum()), int(hits.sum())
    if total is None or not size:
        return Share(size, int(known.sum()), found)
    values = (total.value / size, total.low / size, total.high / size)
    return Share(size, int(known.sum()), found, *values)
