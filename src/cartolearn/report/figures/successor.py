"""Learning curves of the successor model, beside the model that chose and choosing for itself."""

from typing import Any

import numpy as np

from cartolearn.cartography.style import new_figure
from cartolearn.report.figures.style import spread
from cartolearn.report.groups import Group
from cartolearn.report.tables.by_labels import Scores, acquisition_scores
from cartolearn.report.tables.successor import successor_scores
from cartolearn.statistics.intervals import mean_intervals

IN_A_ROW = 3


def successor_curves(group: Group) -> Any:
    """Draw a panel a strategy; None where no successor was trained."""
    import seaborn as sns

    strategies = [name for name in group.compared if successor_scores(group, name)]
    if not strategies:
        return None
    other = group.every_round
    columns = min(IN_A_ROW, len(strategies))
    rows = -(-len(strategies) // columns)
    figure = new_figure(0.6 + 3.4 * columns, 0.9 + 2.9 * rows)
    panels = list(figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).flat)
    colours = sns.color_palette("colorblind")
    for axes, strategy in zip(panels, strategies, strict=False):
        curves = {
            "acquisition model": (acquisition_scores(group, strategy), ":", colours[7], ""),
            "successor model": (successor_scores(group, strategy), "-", colours[0], "o"),
        }
        if other is not None and strategy in other.runs:
            own = acquisition_scores(other, strategy)
            curves["the successor's model, choosing for itself"] = (own, "--", colours[1], "s")
        for name, (scores, line, colour, marker) in curves.items():
            _draw(axes, scores, label=name, linestyle=line, color=colour, marker=marker)
        axes.set(title=strategy, xlabel="labelled texts")
        axes.tick_params(labelbottom=True)
    for unused in panels[len(strategies) :]:
        unused.set_visible(False)
    figure.supylabel(f"accuracy on {group.dataset.test:,} test texts")
    figure.suptitle(f"Successor model: {group.title}, {spread(group)}")
    most = max(figure.axes, key=lambda axes: len(axes.get_lines()))
    figure.legend(*most.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _draw(axes: Any, scores: Scores, **style: Any) -> None:
    """Draw means and intervals over the seeds that are there at each number of labels."""
    points = np.array(
        [
            (labels, *(float(side[0]) for side in mean_intervals(values[:, None])), len(values))
            for labels, values in ((n, np.array(list(s.values()))) for n, s in scores.items())
        ]
    )
    labels, mean, low, high, count = points.T
    axes.plot(labels, mean, markersize=4, linewidth=1.4, **style)
    if (count > 1).all():
        axes.fill_between(labels, low, high, color=style["color"], alpha=0.12, linewidth=0)
