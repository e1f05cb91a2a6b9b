"""Figures 5 and 6: densities of confidence, variability and correctness."""

from typing import Any

import numpy as np

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.style import new_figure

LIMITS = {"confidence": (0.0, 1.0), "variability": (0.0, 0.5), "correctness": (0.0, 1.0)}


def densities(data_map: DataMap, title: str) -> Any:
    """Return histograms that integrate to 1, with a smoothed curve where values are continuous."""
    import seaborn as sns

    figure = new_figure(11, 3.5)
    epochs = len(data_map.gold_probabilities)
    for axes, (name, (low, high)) in zip(figure.subplots(1, 3), LIMITS.items(), strict=True):
        values = getattr(data_map, name)
        counted = name == "correctness"
        bins = np.linspace(-0.5 / epochs, 1 + 0.5 / epochs, epochs + 2) if counted else 50
        sns.histplot(
            x=values, stat="density", bins=bins, kde=not counted and values.std() > 0,
            binrange=None if counted else (low, high), color="#0173b2", alpha=0.5, ax=axes,
        )  # fmt: skip
        axes.axvline(values.mean(), color="black", linestyle="--", linewidth=1)
        axes.set(xlabel=f"{name} (mean {values.mean():.3f})", ylabel="density")
    figure.suptitle(f"{title}: {len(data_map.ids):,} texts, {epochs} epochs")
    return figure
