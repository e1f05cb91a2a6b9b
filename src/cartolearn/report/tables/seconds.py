"""What a round costs."""

import numpy as np

from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import note
from cartolearn.statistics.intervals import mean_estimate


def seconds_table(group: Group) -> Table:
    """One row a strategy: seconds of training, of choosing, and of a whole round."""
    return Table(
        name="seconds",
        title=f"Seconds a round ({group.title})",
        columns=("strategy", "seeds", "training", "choosing", "whole round", "whole run"),
        rows=[_row(group, strategy) for strategy in group.strategies],
        note=note(group, "Means over the rounds of a run, then over seeds; the last round chooses"
                  " nothing and does not count for choosing."),
        digits=dict.fromkeys(("training", "choosing", "whole round"), 2) | {"whole run": 1},
    )  # fmt: skip


def _row(group: Group, strategy: str) -> tuple[Cell, ...]:
    runs = list(group.runs[strategy].values())
    columns = (
        [float(np.mean(run.curve["train_seconds"])) for run in runs],
        [float(np.mean(run.curve["score_seconds"][:-1])) for run in runs if len(run.accuracy) > 1],
        [float(np.mean(run.curve["seconds"])) for run in runs],
        [float(np.sum(run.curve["seconds"])) for run in runs],
    )
    return (
        strategy,
        len(runs),
        *(mean_estimate(np.array(values)) if values else None for values in columns),
    )
