"""The learning curves of a group, for the page."""

from typing import Any

from cartolearn.report.groups import Group
from cartolearn.report.html.data import number
from cartolearn.statistics.intervals import mean_intervals


def curves_data(group: Group) -> dict[str, Any]:
    """Mean and interval of every strategy by number of labels, and the full-data accuracy."""
    curves = []
    for strategy in group.strategies:
        labelled, accuracy = group.curves(strategy)
        mean, low, high = ([number(v) for v in side] for side in mean_intervals(accuracy))
        curves.append(
            {"name": strategy, "seeds": len(accuracy), "labels": labelled.tolist(),
             "mean": mean, "low": low, "high": high}
        )  # fmt: skip
    full = group.full_accuracy()
    return {"train": group.dataset.train, "test": group.dataset.test, "curves": curves,
            "full": None if full is None else number(full)}  # fmt: skip
