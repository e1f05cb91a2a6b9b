"""How well the binary classifiers of CAL and DAL tell their classes apart (section 4.3)."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import group_table
from cartolearn.runs.curve import BINARY
from cartolearn.statistics.curves import late
from cartolearn.statistics.intervals import mean_estimate

FIRST = 5
MEASURES = ("accuracy", "majority", "balanced_accuracy", "auc")
SOURCES = {"": "training rows", "cv_": "cross-validated"}


def binary_curves(group: Group, strategy: str, column: str) -> NDArray[np.float64] | None:
    """Return a column of rounds.csv, float64 [S, K], over the rounds that all seeds measured.

    Row k is the classifier that chose batch k + 1. None where a seed has no such column.
    """
    runs = group.runs[strategy].values()
    curves = [run.binary[column] for run in runs if column in run.binary]
    finite = [curve[np.isfinite(curve)] for curve in curves]
    if not curves or len(curves) < len(runs) or not min(map(len, finite)):
        return None
    return np.stack([curve[: min(map(len, finite))] for curve in finite])


def measured(group: Group) -> Iterator[tuple[str, str, str]]:
    """Yield strategy, classifier and source of what was measured: ``cal_dal``, ``dal``, ``cv_``."""
    for strategy in group.strategies:
        for classifier in ("cal", "dal"):
            for source in SOURCES:
                column = f"{classifier}{BINARY}{source}accuracy"
                if binary_curves(group, strategy, column) is not None:
                    yield strategy, classifier, source


def binary_table(group: Group) -> Table | None:
    """Return one row a strategy, classifier and source; None where nothing was measured."""
    rows: list[list[Cell]] = []
    for strategy, classifier, source in measured(group):
        cells: list[Cell] = [strategy, classifier, SOURCES[source], len(group.runs[strategy])]
        for name in MEASURES:
            where = "" if name == "majority" else source
            curves = binary_curves(group, strategy, f"{classifier}{BINARY}{where}{name}")
            if curves is None:
                cells += [None, None]
                continue
            cells.append(mean_estimate(curves[:, :FIRST].mean(axis=1)))
            cells.append(mean_estimate(np.array([late(curve) for curve in curves])))
        rows.append(cells)
    columns = [
        f"{name.replace('_', ' ')}, {when}"
        for name in MEASURES
        for when in (f"rounds 1-{FIRST}", "last third")
    ]
    return group_table(
        group, "binary_classifier", "How well binary classifiers tell their classes apart",
        ("strategy", "classifier", "asked about", "seeds", *columns), rows,
        "CAL's classes: correctness above the threshold or not; DAL's: unlabelled or labelled."
        " Majority: the share of the larger class, the accuracy of always answering it. Balanced"
        " accuracy and area under the ROC curve are 0.5 for a classifier that knows nothing.",
    ) if rows else None  # fmt: skip
