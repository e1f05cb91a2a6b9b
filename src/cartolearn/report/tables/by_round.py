"""Figures 3 and 4 as numbers: one row a strategy and round."""

import numpy as np
from numpy.typing import NDArray

from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import group_table
from cartolearn.statistics.batches import STATISTICS
from cartolearn.statistics.intervals import Estimate, interval_of_each


def curve_table(group: Group) -> Table:
    """Return the learning curves."""
    rows: list[list[Cell]] = []
    for strategy in group.strategies:
        labelled, accuracy = group.curves(strategy)
        for r, (labels, estimate) in enumerate(
            zip(labelled.tolist(), interval_of_each(accuracy), strict=True)
        ):
            share = 100 * labels / group.dataset.train
            rows.append([strategy, r, labels, share, len(accuracy), estimate])
    return group_table(
        group, "learning_curves", "Learning curves",
        ("strategy", "round", "labels", "labels %", "seeds", "accuracy"), rows,
        digits={"labels %": 2}, shown=False,
    )  # fmt: skip


def batch_table(group: Group) -> Table:
    """Return the statistics of batch r in the data map of the model trained right after it."""
    rows: list[list[Cell]] = []
    for strategy in group.strategies:
        curves = batch_curves(group, strategy)
        columns: list[list[Estimate]] = [
            interval_of_each(curves[:, :, k]) for k in range(len(STATISTICS))
        ]
        rows += [
            [strategy, r, len(curves), *cells]
            for r, cells in enumerate(zip(*columns, strict=True), start=1)
        ]
    return group_table(
        group, "batch_statistics", "Mean data-map statistics of each batch",
        ("strategy", "round", "seeds", *STATISTICS), rows, shown=False,
    )  # fmt: skip


def batch_curves(group: Group, strategy: str) -> NDArray[np.float64]:
    """Return float64 [S, K, 3]: seeds, rounds that all seeds have, the three statistics."""
    curves = [run.batch_statistics for run in group.runs[strategy].values()]
    rounds = min(map(len, curves))
    return np.stack([curve[:rounds] for curve in curves])
