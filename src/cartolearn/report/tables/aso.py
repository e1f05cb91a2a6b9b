"""Table 2: Almost Stochastic Order of each two strategies."""

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cartolearn.report.groups import Group
from cartolearn.report.table import Table
from cartolearn.report.tables.note import group_table
from cartolearn.statistics.aso import bonferroni_level, pairwise_aso

ScoreSet = Literal["aulc", "final", "rounds"]
ALPHA = 0.05
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
def aso_matrix(group: Group, scores: ScoreSet) -> NDArray[np.float64]:
    """Return eps_min of "row better than column", float64 [K, K] in the order of strategies."""
    return pairwise_aso({name: scores_of(group, name, scores) for name in group.compared}, ALPHA)


def aso_table(group: Group, scores: ScoreSet = "aulc") -> Table | None:
    """Return eps_min of every ordered pair of strategies."""
    if len(group.compared) < 2:
        return None
    matrix = aso_matrix(group, scores)
    level = bonferroni_level(len(group.compared), ALPHA)
    rows = [
        (name, *(None if np.isnan(value) else float(value) for value in row))
        for name, row in zip(group.compared, matrix, strict=True)
    ]
    return group_table(
        group, "table_2_aso", "Table 2: ASO, eps_min of row better than column",
        ("strategy", *group.compared), rows,
        f"Scores: {MEANING[scores]}. alpha {ALPHA}, Bonferroni over"
        f" {len(rows) * (len(rows) - 1) // 2} pairs: level {level:.4f} each. 0: the row dominates;"
        " below 0.2: better with some safety; below 0.5: better, but five seeds without any true"
        " difference get there in about one of six cases.",
        digits=dict.fromkeys(group.compared, 2),
    )  # fmt: skip
