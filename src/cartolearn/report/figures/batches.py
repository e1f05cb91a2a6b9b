"""Figure 4: where in the data map the batches lie."""

from typing import Any

import numpy as np

from cartolearn.cartography.style import new_figure
from cartolearn.report.figures.style import line_styles
from cartolearn.report.groups import Group
from cartolearn.report.tables.by_round import batch_curves
from cartolearn.statistics.batches import STATISTICS
from cartolearn.statistics.intervals import mean_intervals

BANDS_UP_TO = 4


def batch_statistics(group: Group) -> Any:
    """Draw mean confidence, variability and correctness of each batch, by round."""
    figure = new_figure(11, 3.9)
    panels = figure.subplots(1, 3)
    styles = line_styles(group.compared)
    for strategy in group.compared:
        curves = batch_curves(group, strategy)
        bands = len(group.compared) <= BANDS_UP_TO and len(curves) > 1
        for k, axes in enumerate(panels):
            _line(axes, curves[:, :, k], strategy, styles[strategy], bands=bands)
    for axes, statistic in zip(panels, STATISTICS, strict=True):
        axes.set(xlabel="round of the batch", ylabel=f"mean {statistic} of the batch")
        axes.locator_params(axis="x", integer=True)
    figure.suptitle(f"Batches in the data map trained right after: {group.title}")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=8, fontsize="small")
    return figure


def _line(axes: Any, values: Any, strategy: str, style: dict[str, Any], *, bands: bool) -> None:
    mean, low, high = mean_intervals(values)
    rounds = np.arange(1, len(mean) + 1)
    axes.plot(rounds, mean, label=strategy, markersize=3, linewidth=1.2, **style)
    if bands:
        axes.fill_between(rounds, low, high, color=style["color"], alpha=0.12, linewidth=0)
