"""Scores of each strategy: final and mean accuracy, and the threshold ablation (Table 3)."""

import numpy as np

from cartolearn.report.groups import BASELINE, Group, paired
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import Column, group_table, strategy_rows
from cartolearn.runs.run import Score
from cartolearn.statistics.intervals import Estimate, mean_estimate

PAPER = 0.2


def accuracy_table(group: Group) -> Table:
    """Return one row a strategy, best AULC first; the last two columns are paired with random."""
    columns: dict[str, Column] = {
        "seeds": lambda label: len(group.runs[label]),
        "final accuracy": lambda label: estimate(group, label, "final"),
        "mean accuracy": lambda label: estimate(group, label, "mean"),
        "AULC": lambda label: estimate(group, label, "aulc"),
        "final - random": lambda label: difference(group, label, BASELINE, "final"),
        "AULC - random": lambda label: difference(group, label, BASELINE, "aulc"),
    }
    ordered = sorted(group.strategies, key=lambda label: -estimate(group, label, "aulc").value)
    return group_table(
        group, "accuracy", "Accuracy of each strategy", ("strategy", *columns),
        strategy_rows(ordered, columns),
        "Mean accuracy: over all rounds. AULC: area under the learning curve over the range of its"
        " labels.",
    )  # fmt: skip


def threshold_table(group: Group) -> Table | None:
    """Return one row a correctness threshold of CAL; None unless there are two."""
    labels = group.thresholds
    if len(labels) < 2:
        return None
    reference = labels.get(PAPER, "")
    columns: dict[str, Column] = {
        "seeds": lambda label: len(group.runs[label]),
        "final accuracy": lambda label: estimate(group, label, "final"),
        "AULC": lambda label: estimate(group, label, "aulc"),
        "final - 0.2": lambda label: difference(group, label, reference, "final"),
        "AULC - 0.2": lambda label: difference(group, label, reference, "aulc"),
    }
    rows: list[list[Cell]] = [
        [value, *row[1:]]
        for value, row in zip(labels, strategy_rows([*labels.values()], columns), strict=True)
    ]
    return group_table(
        group, "table_3_threshold", "Table 3: correctness threshold of CAL", ("t_cor", *columns),
        rows, f"The last two columns are paired with t_cor {PAPER}, the paper's.",
        digits={"t_cor": 1},
    )  # fmt: skip


def estimate(group: Group, strategy: str, score: Score) -> Estimate:
    """Return the mean of a score over the seeds."""
    return mean_estimate(np.array(list(group.values(strategy, score).values())))


def difference(group: Group, a: str, b: str, score: Score) -> Estimate | None:
    """Return the paired difference a - b of a score.

    None for a strategy with itself, or where the two have no seed in common.
    """
    if a == b or a not in group.runs or b not in group.runs:
        return None
    differences = paired(group.values(a, score), group.values(b, score))
    return mean_estimate(differences) if len(differences) else None
