"""Labels needed to come near the accuracy of training on all data."""

import numpy as np

from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import group_table
from cartolearn.statistics.curves import labels_needed

SHARES = (0.90, 0.95, 0.99)


def labels_table(group: Group) -> Table | None:
    """Return one row a strategy; None without a training on all data."""
    full = group.full_accuracy()
    if full is None:
        return None
    columns = [f"{what} {share:.0%}" for share in SHARES for what in ("labels for", "seeds at")]
    return group_table(
        group, "labels_needed", f"Labels needed for a share of full-data accuracy {full:.3f}",
        ("strategy", *columns, "best share %"),
        [_row(group, strategy, full) for strategy in group.strategies],
        "Labels: where the mean curve over the seeds first reaches the share, with the share of the"
        " training rows. Seeds: how many of their own curves reach it anywhere.",
        digits={"best share %": 1},
    )  # fmt: skip


def _row(group: Group, strategy: str, full: float) -> tuple[Cell, ...]:
    labelled, accuracy = group.curves(strategy)
    mean = accuracy.mean(axis=0)
    cells: list[Cell] = []
    for share in SHARES:
        needed = labels_needed(labelled, mean, share * full)
        reached = int(np.sum(np.any(accuracy >= share * full, axis=1)))
        of_train = "" if needed is None else f"{needed:,} ({needed / group.dataset.train:.1%})"
        cells += [of_train or "not reached", f"{reached} of {len(accuracy)}"]
    return (strategy, *cells, float(100 * mean.max() / full))
