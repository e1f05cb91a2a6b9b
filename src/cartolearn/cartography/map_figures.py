"""Figures 1 and 2: data maps of all training data and of the seed set."""

from typing import Any

import numpy as np

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.figure import scatter_data_map
from cartolearn.cartography.regions import REGIONS, regions
from cartolearn.cartography.style import new_figure

BINS = 40
BLUE = "#4c72b0"


def full_map(data_map: DataMap, title: str) -> Any:
    """Draw Figure 1: the map with the densities of its three statistics at the margins."""
    figure = new_figure(8.4, 6.2)
    grid = figure.add_gridspec(3, 2, width_ratios=(3.2, 1))
    centre = figure.add_subplot(grid[:, 0])
    scatter_data_map(centre, data_map)
    epochs = len(data_map.gold_probabilities)
    shares = np.bincount(regions(data_map.confidence, data_map.variability), minlength=3)
    parts = ", ".join(f"{n:,} {name}" for name, n in zip(REGIONS, shares, strict=True))
    centre.set_title(f"{title}\n{len(data_map.ids):,} texts, {epochs} epochs: {parts}")
    statistics = ("confidence", "variability", "correctness")
    for row, name in enumerate(statistics):
        axes = figure.add_subplot(grid[row, 1])
        values = getattr(data_map, name)
        axes.hist(values, bins=_edges(name, values, epochs), color=BLUE)
        axes.set(xlabel=name, ylabel="texts")
        axes.yaxis.set_major_formatter("{x:,.0f}")
    return figure


def _edges(name: str, values: Any, epochs: int) -> Any:
    if name == "correctness":
        return np.linspace(-0.5 / epochs, 1 + 0.5 / epochs, epochs + 2)
    return np.linspace(
        0, max(0.05, values.max(initial=0.0)) if name == "variability" else 1, BINS + 1
    )


def seed_map(data_map: DataMap, title: str, threshold: float) -> Any:
    """Draw Figure 2: a seed set's map, with the boundary region of the correctness threshold."""
    figure = new_figure(7, 5.6)
    axes = figure.subplots()
    drawn = _boundary(axes, data_map, threshold)
    scatter_data_map(axes, data_map, threshold)
    highest = float(data_map.confidence.max(initial=0.0))
    axes.set(xlim=(0, _x_limit(data_map)), ylim=(0, min(1.0, highest * 1.25 + 0.05)))
    dark = int(np.sum(data_map.correctness <= threshold + 1e-9))
    said = "grey: boundary region" if drawn else "all on one side of it, so no boundary"
    axes.set_title(
        f"{title}\n{len(data_map.ids):,} texts; dark edge: correctness at most {threshold} "
        f"({dark:,}); {said}"
    )
    return figure


def _x_limit(data_map: DataMap) -> float:
    return float(max(0.05, data_map.variability.max(initial=0.0) * 1.05))


def _boundary(axes: Any, data_map: DataMap, threshold: float) -> bool:
    """Shade where a logistic regression on the map's two axes gives P(high) from 0.25 to 0.75.

    An illustration in the map's coordinates: CAL's own classifier works on the representations.
    """
    high = data_map.correctness > threshold + 1e-9
    if high.all() or not high.any():
        return False
    from sklearn.linear_model import LogisticRegression

    points = np.stack([data_map.variability, data_map.confidence], axis=1)
    scale = points.std(axis=0) + 1e-12
    model = LogisticRegression(class_weight="balanced").fit(points / scale, high)
    x, y = np.meshgrid(np.linspace(0, _x_limit(data_map), 200), np.linspace(0, 1, 200))
    p = model.predict_proba(np.stack([x.ravel(), y.ravel()], axis=1) / scale)[:, 1]
    p = p.reshape(x.shape)
    axes.contourf(x, y, p, levels=[0.25, 0.75], colors=["#000000"], alpha=0.13)
    axes.contour(x, y, p, levels=[0.5], colors=["#333333"], linestyles="--", linewidths=1.2)
    return True
