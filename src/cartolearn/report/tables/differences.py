"""Paired differences of each two strategies, with bootstrap intervals and an exact test."""

from itertools import combinations

import numpy as np

from cartolearn.report.groups import Group, paired
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import group_table
from cartolearn.runs.run import Score
from cartolearn.statistics.intervals import mean_estimate
from cartolearn.statistics.paired import EXACT_UP_TO, holm, sign_flip_test


def differences_table(group: Group) -> Table | None:
    """Return one row a pair of strategies with a common seed: A - B of AULC and final accuracy."""
    pairs = [
        (a, b)
        for a, b in combinations(group.compared[::-1], 2)
        if group.runs[a].keys() & group.runs[b].keys()
    ]
    if not pairs:
        return None
    sides = [_columns(group, pairs, score) for score in ("aulc", "final")]
    rows = [
        (a, b, len(group.runs[a].keys() & group.runs[b].keys()), *aulc, *final)
        for (a, b), aulc, final in zip(pairs, *sides, strict=True)
    ]
    return group_table(
        group, "paired_differences", "Paired differences A - B",
        ("A", "B", "seeds", "AULC", "AULC p", "AULC p Holm", "final", "final p", "final p Holm"),
        rows, _test_note([int(row[2]) for row in rows]),
    )  # fmt: skip


def _columns(group: Group, pairs: list[tuple[str, str]], score: Score) -> list[tuple[Cell, ...]]:
    differences = [paired(group.values(a, score), group.values(b, score)) for a, b in pairs]
    p_values = np.array([sign_flip_test(values) for values in differences])
    return [
        (mean_estimate(values), float(p), float(adjusted))
        for values, p, adjusted in zip(differences, p_values, holm(p_values), strict=True)
    ]


def _test_note(seeds: list[int]) -> str:
    fewest = min(seeds)
    method = "exact" if fewest <= EXACT_UP_TO else "Monte Carlo"
    return (
        f"p: two-sided sign-flip permutation test ({method}); with {fewest} seeds it cannot be "
        f"below {2.0 ** (1 - fewest):.4f}. p Holm: adjusted for all pairs."
    )
