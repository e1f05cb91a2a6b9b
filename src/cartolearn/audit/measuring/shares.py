"""How many labels are wrong: in all, by class, by pair and by source, each with an interval."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.audit.drawing.draw import strata_of
from cartolearn.audit.measuring.sample import (
    UNKNOWN,
    Bools,
    Codes,
    Group,
    Sample,
    draws_of,
    samples_of,
)
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.labels import NONE, numbered
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
    """What the checks say, of one source; of n texts, those that were given out.

    Attributes:
        rows: int64 [n], their ids, ascending.
        given: int64 [n], what the source says of them; -1 for none.
        truth: int64 [n], the true classes; -1 where it was not checked.
        counts: int64 [C + 1], how many texts that can be drawn the source calls each class; the
            last one of no label.
        samples: What each draw tells.
    """

    rows: Ints
    given: Ints
    truth: Ints
    counts: Ints
    samples: Sequence[Sample]

    @classmethod
    def of(cls, audit: Audit, state: State, source: int = 0) -> "Seen":
        """Return what the checks say of a source."""
        labels, answers = audit.labels, state.truth()
        rows = np.array(sorted(state.handed_out | answers.keys()), dtype=np.int64)
        truth = numbered([answers.get(row, "") for row in rows.tolist()], state.classes)
        draws = ((strata_of(audit, drawn), drawn.ids, drawn.variance) for drawn in state.draws)
        drawable = labels.given[0] != NONE
        return seen_of(labels.given[source], len(labels.classes), drawable, rows, truth, draws)

    @property
    def labelled(self) -> Group:
        """All labels of this source, of texts that can be drawn."""
        return Group(self.given >= 0, np.arange(len(self.counts)) < len(self.counts) - 1)

    def called(self, name: int) -> Group:
        """Return the labels of one class."""
        return Group(self.given == name, np.arange(len(self.counts)) == name)

    def size(self, group: Group) -> int:
        """Return how many labels there are."""
        return int(self.counts[group.columns].sum())

    @property
    def known(self) -> Bools:
        """Which labels are checked."""
        return (self.given >= 0) & (self.truth != UNKNOWN)

    @property
    def wrong(self) -> Bools:
        """Which of these are checked and wrong."""
        return self.known & (self.truth != self.given)


def seen_of(
    given: Ints,
    classes: int,
    drawable: Bools,
    rows: Ints,
    truth: Ints,
    draws: Iterable[tuple[Codes, Sequence[int], float]],
) -> Seen:
    """Return what the checks say; ``drawable`` is bool [R], the rest as of ``samples_of``."""
    column = np.where(given < 0, classes, given)
    counts = np.bincount(column[drawable], minlength=classes + 1)
    here = np.where(drawable[rows], given[rows], NONE)
    return Seen(rows, here, truth, counts, samples_of(given, classes, rows, truth, draws))


def overall(seen: Seen, quantile: float) -> Share:
    """Return how many labels of a source are wrong, with the interval of ``wrong_in_all``."""
    told = draws_of(seen.samples, seen.labelled, seen.wrong, seen.known)
    total = None
    if told:
        found = int(seen.wrong.sum())
        most = seen.size(seen.labelled) - int((seen.known & ~seen.wrong).sum())
        total = wrong_in_all([one.draw for one in told], quantile, found, most)
    return _share(seen, seen.labelled, seen.wrong, total)


def part(seen: Seen, members: Group, hit: Bools, level: float) -> Share:
    """Return how many of the labels ``members`` are ``hit``, bool [n]."""
    known = members.rows & seen.known
    hits = known & hit
    told = draws_of(seen.samples, seen.labelled, hit, seen.known)
    draws = [(t.draw, t.of_part(members, hits), 1 / max(t.sample.variance, 1.0)) for t in told]
    size = seen.size(members)
    least, most = int(hits.sum()), size - int((known & ~hits).sum())
    total = share_of_part(draws, size, level, least, most) if size and draws else None
    return _share(seen, members, hits, total)


def _share(seen: Seen, members: Group, hits: Bools, total: Total | None) -> Share:
    size, found = seen.size(members), int((members.rows & hits).sum())
    checked = int((members.rows & seen.known).sum())
    if total is None or not size:
        return Share(size, checked, found)
    values = (total.value / size, total.low / size, total.high / size)
    return Share(size, checked, found, *values)
