"""How good the successor model is: beside the one that chose, and beside choosing by itself."""

import numpy as np

from cartolearn.report.groups import BASELINE, Group, paired
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.by_labels import (
    TESTED,
    Scores,
    acquisition_scores,
    mean_of,
    tested,
)
from cartolearn.report.tables.note import group_table
from cartolearn.statistics.intervals import Estimate, mean_estimate

POINT = 0.01


def successor_scores(group: Group, strategy: str, column: str = "successor_accuracy") -> Scores:
    """Return a column of the successor model, where it was trained: labels to seed to value."""
    found: Scores = {}
    for seed, run in group.runs[strategy].items():
        for labels, value in zip(
            run.labelled.tolist(), run.successor.get(column, ()), strict=False
        ):
            if np.isfinite(value):
                found.setdefault(labels, {})[seed] = float(value)
    return dict(sorted(found.items()))


def successor_table(group: Group) -> Table | None:
    """Return one row a strategy and number of labels; None where no successor was trained."""
    chance = successor_scores(group, BASELINE) if BASELINE in group.runs else {}
    rows: list[list[Cell]] = []
    for strategy in group.strategies:
        acquisition = acquisition_scores(group, strategy)
        for labels, scores in successor_scores(group, strategy).items():
            first = {seed: acquisition[labels][seed] for seed in scores}
            random = {} if strategy == BASELINE else chance.get(labels, {})
            rows.append(
                [strategy, labels, len(scores), mean_of(first), mean_of(scores),
                 mean_estimate(paired(scores, first)), *tested(scores, random)]
            )  # fmt: skip
    columns = ("strategy", "labels", "seeds", "acquisition model", "successor",
               "successor - acquisition", "successor - random", "p", "could be seen")  # fmt: skip
    return group_table(
        group, "successor", "Accuracy of the successor model", columns, rows,
        f"Successor - {BASELINE}: paired by seed. {TESTED}",
    ) if rows else None  # fmt: skip


def every_round_table(group: Group) -> Table | None:
    """Return the successor beside the same model choosing for itself; None without such runs."""
    other, rows = group.every_round, list[list[Cell]]()
    for strategy in group.strategies if other is not None else ():
        if other is None or strategy not in other.runs:
            continue
        chosen_itself = acquisition_scores(other, strategy)
        for labels, scores in successor_scores(group, strategy).items():
            theirs = chosen_itself.get(labels, {})
            seeds = scores.keys() & theirs.keys()
            if not seeds:
                continue
            both = [{seed: side[seed] for seed in seeds} for side in (scores, theirs)]
            difference, p, seen = tested(*both)
            rows.append(
                [strategy, labels, len(seeds), mean_of(both[0]), mean_of(both[1]),
                 difference, _within(difference), p, seen]
            )  # fmt: skip
    columns = ("strategy", "labels", "seeds", "successor", "every round", "difference",
               "within a point", "p", "could be seen")  # fmt: skip
    return group_table(
        group, "successor_or_every_round", "Successor beside the same model choosing for itself",
        columns, rows,
        f"Every round: {other.protocol if other else ''}. Difference: successor - every round,"
        f" paired by seed; within a point: whether its interval lies above -{POINT}. {BASELINE}"
        f" chooses the same texts either way. {TESTED}",
    ) if rows else None  # fmt: skip


def _within(difference: Estimate | None) -> str:
    if difference is None or np.isnan(difference.low):
        return ""
    if difference.low > -POINT:
        return "yes"
    return "no" if difference.high < -POINT else "undecided"
