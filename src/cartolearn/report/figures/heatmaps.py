"""Figures 8 and 9: overlap of selections, and pairwise ASO."""

from typing import Any

import numpy as np

from cartolearn.cartography.style import new_figure
from cartolearn.report.groups import Group
from cartolearn.report.tables.aso import ScoreSet, aso_matrix
from cartolearn.report.tables.overlap import overlap


def overlap_heatmap(group: Group) -> Any:
    """Draw the share of picks that both made: same round above the diagonal, any round below."""
    names = group.compared
    shares = np.full((len(names), len(names)), np.nan)
    for i, a in enumerate(names):
        for j, b in enumerate(names[i + 1 :], start=i + 1):
            found = overlap(group, a, b)
            if found:
                shares[i, j] = 100 * found.per_round / found.picked
                shares[j, i] = 100 * found.run / found.picked
    if np.isnan(shares).all():
        return None
    title = f"Picked by both: {group.title}\nabove the diagonal: same round; below: whole run"
    return _heatmap(shares, names, title, "share of the picks (%)", ".1f", None)


def aso_heatmap(group: Group, scores: ScoreSet) -> Any:
    """Draw eps_min of row better than column; None where no pair has scores enough for it."""
    matrix = aso_matrix(group, scores)
    if np.isnan(matrix).all():
        return None
    title = f"ASO: {group.title}\neps_min of row better than column (0: the row dominates)"
    return _heatmap(matrix, group.compared, title, "eps_min", ".2f", 1.0)


def _heatmap(
    values: Any, names: list[str], title: str, unit: str, fmt: str, highest: float | None
) -> Any:
    import seaborn as sns

    side = 2.6 + 0.62 * len(names)
    figure = new_figure(side + 1.2, side)
    axes = figure.subplots()
    sns.heatmap(
        values, ax=axes, annot=True, fmt=fmt, cmap="cividis", vmin=0, vmax=highest, square=True,
        mask=np.isnan(values), xticklabels=names, yticklabels=names, cbar_kws={"label": unit},
        annot_kws={"size": 8},
    )  # fmt: skip
    axes.set_title(title)
    axes.tick_params(axis="x", rotation=45)
    axes.tick_params(axis="y", rotation=0)
    axes.grid(visible=False)
    for label in axes.get_xticklabels():
        label.set_ha("right")
    return figure
