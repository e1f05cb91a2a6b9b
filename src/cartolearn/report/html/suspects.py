"""Labels that are likely wrong: hard instances that stay so in several rounds."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.regions import REGIONS, regions
from cartolearn.report.groups import Group
from cartolearn.statistics.batches import STATISTICS

FEWEST_MAPS = 2
SHRINK = 5
MOST = 500
HARD = REGIONS.index("hard to learn")


@dataclass
class Tally:
    """What the data maps of a group say about each training row, sums over maps.

    Attributes:
        seen: int64 [N], maps the row is in.
        hard: int64 [N], maps in which it is in the hard region and never predicted right.
        confidence: float64 [N], sum of its confidence.
        variability: float64 [N], sum of its variability.
    """

    rows: int
    seen: NDArray[np.int64] = field(init=False)
    hard: NDArray[np.int64] = field(init=False)
    confidence: NDArray[np.float64] = field(init=False)
    variability: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.seen, self.hard = np.zeros((2, self.rows), dtype=np.int64)
        self.confidence, self.variability = np.zeros((2, self.rows))

    def add(self, ids: NDArray[np.int64], columns: dict[str, NDArray[np.float64]]) -> None:
        """Count one map; ids are distinct within it."""
        confidence, variability, correctness = (columns[name] for name in STATISTICS)
        self._grow(int(ids.max(initial=-1)) + 1)
        self.seen[ids] += 1
        self.hard[ids] += (regions(confidence, variability) == HARD) & (correctness == 0)
        self.confidence[ids] += confidence
        self.variability[ids] += variability

    def _grow(self, rows: int) -> None:
        missing = max(0, rows - len(self.seen))
        for name in ("seen", "hard", "confidence", "variability"):
            setattr(self, name, np.pad(getattr(self, name), (0, missing)))


def suspects(group: Group) -> list[dict[str, float | int]]:
    """The most suspicious rows of a group, worst first, at most 500.

    Over the data maps of all rounds of all runs, h of the m maps with a row have it in the hard
    region (low confidence, low variability) and never predicted right. Ranked by h / (m + 5), so
    that many maps say more than few; at least two such maps; ties by lower mean confidence, then
    by id.
    """
    tally = Tally(group.dataset.train)
    for by_seed in group.runs.values():
        for run in by_seed.values():
            for round_ in range(len(run.accuracy)):
                tally.add(*run.map_columns(round_))
    return ranked(tally)


def ranked(tally: Tally) -> list[dict[str, float | int]]:
    """Rows of a tally, most suspicious first."""
    seen = np.maximum(tally.seen, 1)
    share, confidence = tally.hard / (seen + SHRINK), tally.confidence / seen
    order = np.lexsort((np.arange(len(seen)), confidence, -share))
    chosen = order[tally.hard[order] >= FEWEST_MAPS][:MOST]
    return [
        {"id": int(i), "maps": int(tally.seen[i]), "hard": int(tally.hard[i]),
         "confidence": round(float(confidence[i]), 4),
         "variability": round(float(tally.variability[i] / seen[i]), 4)}
        for i in chosen
    ]  # fmt: skip
