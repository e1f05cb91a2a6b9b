"""Training on all of the training data."""

from collections.abc import Iterable

import numpy as np

from cartolearn.report.alone import Alone
from cartolearn.report.groups import Group
from cartolearn.report.table import Table
from cartolearn.report.tables.note import INTERVALS, rows
from cartolearn.runs.full_data import FullRun
from cartolearn.statistics.intervals import Estimate, mean_estimate

COLUMNS = ("rows", "seeds", "accuracy", "macro-F1", "seconds")


def full_data_table(group: Group) -> Table | None:
    """One row; None without such a training."""
    if not group.full:
        return None
    return Table(
        name="full_data",
        title=f"Training on all training data ({group.title})",
        columns=("data", *COLUMNS),
        rows=[(group.dataset.name, group.dataset.train, len(group.full),
               *_estimates(group.full.values()))],
        note=f"Seeds: {len(group.full)}. {INTERVALS} {rows(group)} No strategy and no baseline "
        "here.",
        digits={"seconds": 1},
    )  # fmt: skip


def alone_table(trainings: list[Alone]) -> Table:
    """One row a dataset and protocol with which no strategy was run."""
    return Table(
        name="full_data_alone",
        title="Training on all training data, where no strategy was run with the same settings",
        columns=("data", "protocol", *COLUMNS),
        rows=[
            (one.dataset.name, one.protocol, one.dataset.train, len(one.runs),
             *_estimates(one.runs.values()))
            for one in trainings
        ],
        note=f"{INTERVALS} No strategy and no baseline here.",
        digits={"seconds": 1},
    )  # fmt: skip


def _estimates(runs: Iterable[FullRun]) -> list[Estimate]:
    """Accuracy, macro-F1 and seconds over the seeds."""
    listed = list(runs)
    return [
        mean_estimate(np.array([getattr(run, name) for run in listed]))
        for name in ("accuracy", "macro_f1", "seconds")
    ]
