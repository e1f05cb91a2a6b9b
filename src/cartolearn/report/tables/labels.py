"""Labels needed to come near the accuracy of training on all data."""

import numpy as np

from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import note
from cartolearn.statistics.curves import labels_needed

SHARES = (0.90, 0.95, 0.99)
NOT_REACHED = "not reached"


def labels_table(group: Group) -> Table | None:
    """One row a strategy; None without a training on all data."""
    full = group.full_accuracy()
    if full is None:
        return None
    columns = [f(share) for share in SHARES for f in (_labels_column, _seeds_column)]
    return Table(
        name="labels_needed",
        title=f"Labels needed for a share of full-data accuracy {full:.3f} ({group.title})",
        columns=("strategy", *columns, "best share %"),
        rows=[_row(group, strategy, full) for strategy in group.strategies],
        note=note(
            group,
            "Labels: where the mean curve over the seeds first reaches the share, with the share "
            "of the training rows. Seeds: how many of their own curves reach it anywhere.",
        ),
        digits={"best share %": 1},
    )


def _labels_column(share: float) -> str:
    return f"labels for {share:.0%}"


def _seeds_column(share: float) -> str:
    return f"seeds at {share:.0%}"


def _row(group: Group, strategy: str, full: float) -> tuple[Cell, ...]:
    labelled, accuracy = group.curves(strategy)
    mean = accuracy.mean(axis=0)
    cells: list[Cell] = []
    for share in SHARES:
        needed = labels_needed(labelled, mean, share * full)
        reached = int(np.sum(np.any(accuracy >= share * full, axis=1)))
        cells += [_with_share(needed, group.dataset.train), f"{reached} of {len(accuracy)}"]
    return (strategy, *cells, float(100 * mean.max() / full))


def _with_share(needed: int | None, train: int) -> str:
    return NOT_REACHED if needed is None else f"{needed:,} ({needed / train:.1%})"
