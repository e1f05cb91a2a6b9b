"""What a round costs."""

from collections.abc import Callable

import numpy as np

from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import Column, group_table, strategy_rows
from cartolearn.runs.run import Run
from cartolearn.statistics.intervals import mean_estimate


def seconds_table(group: Group) -> Table:
    """Return one row a strategy: seconds of training, of choosing, and of a whole round."""

    def over(seconds: Callable[[Run], float], fewest_rounds: int = 1) -> Column:
        def cell(label: str) -> Cell:
            runs = [run for run in group.runs[label].values() if len(run.accuracy) >= fewest_rounds]
            return mean_estimate(np.array([seconds(run) for run in runs])) if runs else None

        return cell

    columns: dict[str, Column] = {
        "seeds": lambda label: len(group.runs[label]),
        "training": over(lambda run: float(run.curve["train_seconds"].mean())),
        "choosing": over(lambda run: float(run.curve["score_seconds"][:-1].mean()), 2),
        "whole round": over(lambda run: float(run.curve["seconds"].mean())),
        "whole run": over(lambda run: float(run.curve["seconds"].sum())),
    }
    return group_table(
        group, "seconds", "Seconds a round", ("strategy", *columns),
        strategy_rows(group.strategies, columns),
        "Means over the rounds of a run, then over seeds; the last round chooses nothing and does"
        " not count for choosing.",
        digits=dict.fromkeys(("training", "choosing", "whole round"), 2) | {"whole run": 1},
    )  # fmt: skip
