"""Table 2: Almost Stochastic Order of each two strategies."""

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cartolearn.report.groups import BASELINE, Group
from cartolearn.report.table import Table
from cartolearn.report.tables.note import group_table
from cartolearn.statistics.aso import bonferroni_level, pairwise_aso

ScoreSet = Literal["aulc", "final", "rounds"]
ALPHA = 0.05
PAPER_SET = (BASELINE, "least_confidence", "entropy", "bald", "dal", "cal")
MEANING = {
    "aulc": "one AULC a seed",
    "final": "one final accuracy a seed",
    "rounds": "the accuracies of all rounds and seeds pooled, as the released code does, though "
    "rounds of one run are not independent",
}


def scores_of(group: Group, strategy: str, scores: ScoreSet) -> NDArray[np.float64]:
    """Return the scores of a strategy that go into ASO, see ``MEANING``."""
    if scores == "rounds":
        return np.concatenate([run.accuracy for run in group.runs[strategy].values()])
    return np.array(list(group.values(strategy, scores).values()))


@lru_cache(maxsize=64)
def aso_matrix(
    group: Group, scores: ScoreSet, names: tuple[str, ...] | None = None
) -> NDArray[np.float64]:
    """Return eps_min of "row better than column", float64 [K, K] in the order of ``names``.

    Without names, of all strategies of the group; the correction is for the pairs of these.
    """
    return pairwise_aso({n: scores_of(group, n, scores) for n in names or group.compared}, ALPHA)


def aso_table(group: Group, scores: ScoreSet = "aulc") -> Table | None:
    """Return eps_min of every ordered pair of strategies."""
    title = "Table 2: ASO, eps_min of row better than column"
    return _table(group, scores, tuple(group.compared), "table_2_aso", title)


def paper_aso_table(group: Group, scores: ScoreSet = "aulc") -> Table | None:
    """Return Table 2 with the paper's six strategies alone, 15 pairs.

    None where one of them was not run, or nothing else was.
    """
    if not set(PAPER_SET) < set(group.compared):
        return None
    title = "Table 2 with the paper's six strategies: eps_min of row better than column"
    return _table(group, scores, PAPER_SET, "table_2_aso_paper", title)


def _table(
    group: Group, scores: ScoreSet, names: tuple[str, ...], file: str, title: str
) -> Table | None:
    if len(names) < 2:
        return None
    rows = [
        (name, *(None if np.isnan(value) else float(value) for value in row))
        for name, row in zip(names, aso_matrix(group, scores, names), strict=True)
    ]
    return group_table(
        group, file, title, ("strategy", *names), rows,
        f"Scores: {MEANING[scores]}. alpha {ALPHA}, Bonferroni over"
        f" {len(rows) * (len(rows) - 1) // 2} pairs: level"
        f" {bonferroni_level(len(rows), ALPHA):.4f} each. 0: the row dominates;"
        " below 0.2: better with some safety; below 0.5: better, but five seeds without any true"
        " difference get there in about one of six cases.",
        digits=dict.fromkeys(names, 2),
    )  # fmt: skip
