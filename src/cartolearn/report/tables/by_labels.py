"""Accuracy at each number of labels beside random's, for runs of few rounds."""

import numpy as np
from numpy.typing import NDArray

from cartolearn.report.groups import BASELINE, Group, paired
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import group_table
from cartolearn.statistics.intervals import Estimate, mean_estimate
from cartolearn.statistics.paired import detectable, holm, sign_flip_test

Scores = dict[int, dict[int, float]]  # number of labels to seed to accuracy
FEW = 8  # numbers of labels; the learning curves of longer runs have a file
TESTED = (
    "p: two-sided sign-flip permutation test. Could be seen: the true difference that four of five"
    " such studies would find at 0.05."
)


def by_labels_table(group: Group) -> Table | None:
    """Return a row a number of labels and strategy; None for many numbers, or one strategy."""
    scores = {strategy: acquisition_scores(group, strategy) for strategy in group.strategies}
    numbers = sorted(set().union(*scores.values()))
    if len(scores) < 2 or len(numbers) > FEW:
        return None
    later = set(numbers[1:])  # all strategies share the seed set
    chance = {n: found for n, found in scores.get(BASELINE, {}).items() if n in later}
    rows: list[list[Cell]] = [
        [labels, strategy, len(found[labels]), mean_of(found[labels]),
         *tested(found[labels], {} if strategy == BASELINE else chance.get(labels, {}))]
        for labels in numbers
        for strategy, found in scores.items()
        if labels in found
    ]  # fmt: skip
    columns = ("labels", "strategy", "seeds", "accuracy", f"accuracy - {BASELINE}", "p", "p Holm",
               "could be seen")  # fmt: skip
    return group_table(
        group, "by_labels", "Accuracy at each number of labels", columns, _adjusted(rows),
        f"Accuracy - {BASELINE}: paired by seed; all share the seed set. {TESTED} p Holm: adjusted"
        " for all rows.",
    )  # fmt: skip


def acquisition_scores(group: Group, strategy: str) -> Scores:
    """Return the accuracy of the acquisition model: labels to seed to value."""
    found: Scores = {}
    for seed, run in group.runs[strategy].items():
        for labels, value in zip(run.labelled.tolist(), run.accuracy.tolist(), strict=True):
            found.setdefault(labels, {})[seed] = value
    return found


def mean_of(scores: dict[int, float]) -> Estimate:
    """Return the mean over the seeds."""
    return mean_estimate(np.array(list(scores.values())))


def tested(a: dict[int, float], b: dict[int, float]) -> tuple[Estimate | None, Cell, Cell]:
    """Return the mean of a - b over the seeds of both, its p-value, and what could be seen."""
    values: NDArray[np.float64] = paired(a, b)
    if not len(values):
        return None, None, None
    if len(values) < 2:
        return mean_estimate(values), None, None
    deviation = float(values.std(ddof=1))
    return mean_estimate(values), sign_flip_test(values), detectable(deviation, len(values))


def _adjusted(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Put the p-values adjusted by Holm behind the others, the last but one of each row."""
    compared = [place for place, row in enumerate(rows) if row[-2] is not None]
    adjusted = holm(np.array([rows[place][-2] for place in compared], dtype=np.float64))
    found = dict(zip(compared, adjusted.tolist(), strict=True))
    return [[*row[:-1], found.get(place), row[-1]] for place, row in enumerate(rows)]
