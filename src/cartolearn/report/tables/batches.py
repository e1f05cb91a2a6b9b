"""Mean statistics of each selected batch (Figure 4), as numbers."""

import numpy as np
from numpy.typing import NDArray

from cartolearn.report.groups import Group
from cartolearn.report.table import Table
from cartolearn.report.tables.note import note
from cartolearn.statistics.batches import STATISTICS
from cartolearn.statistics.intervals import Estimate, mean_intervals


def batch_curves(group: Group, strategy: str) -> NDArray[np.float64]:
    """float64 [S, K, 3]: seeds, rounds that all seeds have, the three statistics."""
    curves = [run.batch_statistics for run in group.runs[strategy].values()]
    rounds = min(map(len, curves))
    return np.stack([curve[:rounds] for curve in curves])


def batch_table(group: Group) -> Table:
    """One row a strategy and round: statistics of batch r in the data map trained right after."""
    rows = [row for strategy in group.strategies for row in _rows(group, strategy)]
    return Table(
        name="batch_statistics",
        title=f"Mean data-map statistics of each batch ({group.title})",
        columns=("strategy", "round", "seeds", *STATISTICS),
        rows=rows,
        note=note(group),
        shown=False,
    )


def _rows(group: Group, strategy: str) -> list[tuple[str | int | Estimate, ...]]:
    curves = batch_curves(group, strategy)
    bounds = [mean_intervals(curves[:, :, k]) for k in range(len(STATISTICS))]
    return [
        (strategy, r + 1, len(curves),
         *(Estimate(float(m[r]), float(low[r]), float(high[r]), len(curves))
           for m, low, high in bounds))
        for r in range(curves.shape[1])
    ]  # fmt: skip
