"""Figure 7: accuracy over the correctness threshold."""

from typing import Any

import numpy as np

from cartolearn.cartography.style import new_figure
from cartolearn.report.figures.style import spread
from cartolearn.report.groups import BASELINE, Group
from cartolearn.report.tables.accuracy import estimate
from cartolearn.runs.run import Score
from cartolearn.statistics.intervals import Estimate

SCORES: dict[Score, tuple[str, str, str, str]] = {
    "final": ("final accuracy", "#0173b2", "o", "-"),
    "aulc": ("AULC", "#de8f05", "s", "--"),
}


def threshold_ablation(group: Group) -> Any:
    """Draw final accuracy and AULC with intervals; None for fewer than two thresholds."""
    labels = group.thresholds
    if len(labels) < 2:
        return None
    figure = new_figure(6.4, 4.4)
    axes = figure.subplots()
    for score, (name, colour, marker, line) in SCORES.items():
        estimates = [estimate(group, label, score) for label in labels.values()]
        axes.errorbar(
            list(labels), [e.value for e in estimates], yerr=_errors(estimates), label=name,
            color=colour, marker=marker, linestyle=line, capsize=4,
        )  # fmt: skip
        if BASELINE in group.runs:
            value = estimate(group, BASELINE, score).value
            axes.axhline(value, color=colour, linestyle=":", label=f"{BASELINE}, {name}")
    axes.set(
        xlabel="correctness threshold of CAL (share of epochs)",
        ylabel=f"accuracy on {group.dataset.test:,} test texts",
        title=f"Correctness threshold: {group.title}, {spread(group)}",
        xticks=list(labels),
    )
    figure.legend(loc="outside lower center", ncols=4, fontsize="small")
    return figure


def _errors(estimates: list[Estimate]) -> Any:
    bounds = np.array([(e.value - e.low, e.high - e.value) for e in estimates]).T
    return None if np.isnan(bounds).any() else bounds
