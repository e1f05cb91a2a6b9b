"""The learning curves as numbers (Figure 3)."""

from cartolearn.report.groups import Group
from cartolearn.report.table import Table
from cartolearn.report.tables.note import note
from cartolearn.statistics.intervals import Estimate, mean_intervals


def curve_table(group: Group) -> Table:
    """One row a strategy and round."""
    rows = []
    for strategy in group.strategies:
        labelled, accuracy = group.curves(strategy)
        for r, (mean, low, high) in enumerate(zip(*mean_intervals(accuracy), strict=True)):
            estimate = Estimate(float(mean), float(low), float(high), len(accuracy))
            labels = int(labelled[r])
            share = 100 * labels / group.dataset.train
            rows.append((strategy, r, labels, share, len(accuracy), estimate))
    return Table(
        name="learning_curves",
        title=f"Learning curves ({group.title})",
        columns=("strategy", "round", "labels", "labels %", "seeds", "accuracy"),
        rows=rows,
        note=note(group),
        digits={"labels %": 2},
        shown=False,
    )
