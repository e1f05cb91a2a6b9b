"""Training on all of the training data."""

import numpy as np

from src.report.groups import Group
from src.report.statistics.intervals import mean_estimate
from src.report.table import Table
from src.report.tables.note import INTERVALS, rows


def full_data_table(group: Group) -> Table | None:
    """One row; None without such a training."""
    if not group.full:
        return None
    runs = list(group.full.values())
    values = [
        mean_estimate(np.array([getattr(run, name) for run in runs]))
        for name in ("accuracy", "macro_f1", "seconds")
    ]
    return Table(
        name="full_data",
        title=f"Training on all training data ({group.title})",
        columns=("data", "rows", "seeds", "accuracy", "macro-F1", "seconds"),
        rows=[(group.dataset.name, group.dataset.train, len(runs), *values)],
        note=f"Seeds: {len(runs)}. {INTERVALS} {rows(group)} No strategy and no baseline here.",
        digits={"seconds": 1},
    )
