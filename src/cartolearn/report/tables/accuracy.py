"""Final and mean accuracy of each strategy."""

import numpy as np

from cartolearn.report.groups import BASELINE, Group, paired
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import note
from cartolearn.runs.run import Score
from cartolearn.statistics.intervals import Estimate, mean_estimate


def accuracy_table(group: Group) -> Table:
    """One row a strategy, best AULC first; the last two columns are paired with the baseline."""
    columns = ("strategy", "seeds", "final accuracy", "mean accuracy", "AULC", "final - random",
               "AULC - random")  # fmt: skip
    rows = [_row(group, strategy) for strategy in group.strategies]
    return Table(
        name="accuracy",
        title=f"Accuracy of each strategy ({group.title})",
        columns=columns,
        rows=sorted(rows, key=lambda row: -_value(row[4])),
        note=note(group, "Mean accuracy: over all rounds. AULC: area under the learning curve over"
                  " the range of its labels."),
    )  # fmt: skip


def _row(group: Group, strategy: str) -> tuple[Cell, ...]:
    scores: tuple[Score, ...] = ("final", "mean", "aulc")
    estimates = [estimate(group, strategy, score) for score in scores]
    against = [difference(group, strategy, BASELINE, score) for score in ("final", "aulc")]
    return (strategy, len(group.runs[strategy]), *estimates, *against)


def estimate(group: Group, strategy: str, score: Score) -> Estimate:
    """Mean of a score over the seeds."""
    return mean_estimate(np.array(list(group.values(strategy, score).values())))


def difference(group: Group, a: str, b: str, score: Score) -> Estimate | None:
    """Paired difference a - b of a score; None for a strategy with itself, or no common seed."""
    if a == b or a not in group.runs or b not in group.runs:
        return None
    differences = paired(group.values(a, score), group.values(b, score))
    return mean_estimate(differences) if len(differences) else None


def _value(cell: Cell) -> float:
    return cell.value if isinstance(cell, Estimate) else float("-inf")
