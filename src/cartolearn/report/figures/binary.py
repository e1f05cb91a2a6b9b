"""How well the binary classifiers tell their classes apart, and whether CAL's lead follows."""

from typing import Any

import numpy as np

from cartolearn.cartography.style import new_figure
from cartolearn.report.claims.binary import classifier_points
from cartolearn.report.figures.style import line_styles, spread
from cartolearn.report.groups import Group
from cartolearn.report.tables.binary import binary_curves, measured
from cartolearn.runs.curve import BINARY
from cartolearn.statistics.intervals import mean_intervals

PANELS = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy", "auc": "area under ROC"}


def binary_classifiers(group: Group) -> Any:
    """Draw accuracy, balanced accuracy and area by round; None where nothing was measured.

    Cross-validated where a run has it so. The thin grey lines are what a classifier has that knows
    nothing: the majority share, or one half.
    """
    best = {(strategy, name): source for strategy, name, source in measured(group)}
    lines = {key: source for key, source in best.items() if key[0] in group.compared}
    if not lines:
        return None
    figure = new_figure(11, 3.9)
    styles = line_styles([f"{name} in {strategy}" for strategy, name in lines])
    for axes, (column, label) in zip(figure.subplots(1, 3), PANELS.items(), strict=True):
        for (strategy, name), source in lines.items():
            told = f"{name} in {strategy}"
            curves = binary_curves(group, strategy, f"{name}{BINARY}{source}{column}")
            if curves is None:
                continue
            mean, low, high = mean_intervals(curves)
            rounds = np.arange(1, len(mean) + 1)
            asked = "cross-validated" if source else "training rows"
            axes.plot(rounds, mean, label=f"{told}, {asked}", markersize=3, **styles[told])
            if len(curves) > 1:
                axes.fill_between(rounds, low, high, color=styles[told]["color"], alpha=0.12)
            if column == "accuracy":
                shares = binary_curves(group, strategy, f"{name}{BINARY}majority")
                if shares is not None:
                    axes.plot(rounds, shares.mean(axis=0)[: len(rounds)], color="0.6", linewidth=1)
        if column != "accuracy":
            axes.axhline(0.5, color="0.6", linewidth=1)
        axes.set(xlabel="round of the batch that was chosen", ylabel=label)
        axes.locator_params(axis="x", integer=True)
    handles, labels = figure.axes[1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize="small")
    figure.suptitle(f"Binary classifiers: {group.title}, {spread(group)}; grey: knows nothing")
    return figure


def lead_by_classifier(group: Group) -> Any:
    """Draw CAL's AULC minus random's over its classifier's mean area; None without two runs."""
    if len(classifier_points(group)) < 2:
        return None
    figure = new_figure(6.4, 4.6)
    axes = figure.subplots()
    styles = line_styles(list(group.thresholds.values()))
    for threshold, label in group.thresholds.items():
        points = classifier_points(group, [label])
        style = styles[label] | {"linestyle": "none"}
        axes.plot(*points.T, label=f"threshold {threshold}", **style)
    axes.axhline(0, color="0.6", linewidth=1)
    axes.axvline(0.5, color="0.6", linewidth=1)
    axes.set(
        xlabel="area under the ROC curve of CAL's classifier (mean over rounds)",
        ylabel="AULC, CAL minus random (accuracy)",
        title=f"CAL's lead and its classifier: {group.title}\none point a seed and threshold",
    )
    axes.legend(fontsize="small")
    return figure
