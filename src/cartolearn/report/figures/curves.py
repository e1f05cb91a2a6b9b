"""Figure 3: learning curves of all strategies."""

from typing import Any

import numpy as np

from cartolearn.cartography.style import new_figure
from cartolearn.report.figures.style import line_styles, spread
from cartolearn.report.groups import Group
from cartolearn.statistics.intervals import mean_intervals


def learning_curves(group: Group) -> Any:
    """Draw accuracy over the share of the training rows: mean and interval over seeds."""
    figure = new_figure(7.2, 4.8)
    axes = figure.subplots()
    styles = line_styles(group.compared)
    for strategy in group.compared:
        labelled, accuracy = group.curves(strategy)
        share = 100 * labelled / group.dataset.train
        mean, low, high = mean_intervals(accuracy)
        style = styles[strategy]
        axes.plot(share, mean, label=strategy, markersize=3.5, linewidth=1.4, **style)
        if len(accuracy) > 1:
            axes.fill_between(share, low, high, color=style["color"], alpha=0.10, linewidth=0)
    _full_data_line(axes, group)
    axes.set(
        xlabel=f"labelled share of the {group.dataset.train:,} training texts (%)",
        ylabel=f"accuracy on {group.dataset.test:,} test texts",
        title=f"Learning curves: {group.title}, {spread(group)}",
    )
    axes.legend(ncols=2, fontsize="small")
    return figure


def _full_data_line(axes: Any, group: Group) -> None:
    if not group.full:
        return
    accuracy = np.array([run.accuracy for run in group.full.values()])
    mean, low, high = (float(v[0]) for v in mean_intervals(accuracy[:, None]))
    axes.axhline(mean, color="black", linewidth=1, label=f"all training data ({mean:.3f})")
    if len(accuracy) > 1:
        axes.axhspan(low, high, color="black", alpha=0.08, linewidth=0)
