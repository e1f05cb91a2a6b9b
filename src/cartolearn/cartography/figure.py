"""Drawing a data map as Swayamdipta et al. (2020) do, readable at any number of points."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.lettering import plain_text, write_figure
from cartolearn.files import atomic_write

MARKERS = ("X", "v", "s", "D", "^", "o")
LAYERS = 12
X_LABEL = "variability (standard deviation of p(gold) over the epochs)"
Y_LABEL = "confidence (mean of p(gold) over the epochs)"


def draw_data_map(
    data_map: DataMap, path: Path, title: str, threshold: float | None = None
) -> None:
    """Draw variability (x) against confidence (y), correctness in colour and shape, as a PNG.

    Args:
        data_map: What to draw.
        path: Where to write.
        title: Above the picture.
        threshold: With it, instances with correctness at or below it get a dark edge.
    """
    from matplotlib.figure import Figure

    with plain_text():
        figure = Figure(figsize=(6.4, 5.2), layout="constrained")
        axes = figure.subplots()
        scatter_data_map(axes, data_map, threshold)
        axes.set_title(title)
    with atomic_write(path, sync=False) as temporary:
        write_figure(figure, temporary, "png")


def scatter_data_map(axes: Any, data_map: DataMap, threshold: float | None = None) -> None:
    """Draw the points, axis labels and legend on matplotlib ``axes``.

    Six ranges of correctness, one colour and marker each. The points are drawn in layers that
    hold every range, so that among very many no range hides another.
    """
    groups = correctness_group(data_map.correctness)
    low = data_map.correctness <= (-1.0 if threshold is None else threshold + 1e-9)
    size = float(np.clip(30_000 / max(1, len(data_map.ids)), 1.5, 28))
    alpha = float(np.clip(4_000 / max(1, len(data_map.ids)), 0.25, 0.8))
    layer = np.random.default_rng(0).integers(LAYERS if size < 10 else 1, size=len(groups))
    points = data_map.variability, data_map.confidence
    for k in np.unique(layer):
        for group in range(len(MARKERS)):
            for dark in (False, True):
                chosen = (layer == k) & (groups == group) & (low == dark)
                _points(axes, points, chosen, group, size=size, alpha=alpha, dark=dark)
    for group, marker in enumerate(MARKERS):
        axes.scatter(
            [], [], color=_colour(group), marker=marker, s=28, label=correctness_range(group)
        )
    axes.set(xlabel=X_LABEL, ylabel=Y_LABEL, xlim=(0, None), ylim=(0, 1))
    axes.legend(title="correctness", loc=_emptier_corner(data_map), fontsize="small")


def correctness_group(correctness: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the range of each correctness, int64 [L]: 0 to 5, equally wide, 1.0 in the last."""
    return np.minimum((correctness * len(MARKERS) + 1e-9).astype(np.int64), len(MARKERS) - 1)


def correctness_range(group: int) -> str:
    """Return the name of a range of correctness, such as ``0.33 to 0.50``."""
    return f"{group / len(MARKERS):.2f} to {(group + 1) / len(MARKERS):.2f}"


def _emptier_corner(data_map: DataMap) -> str:
    """Name the right-hand corner that fewer points lie in."""
    right = data_map.variability > 0.65 * data_map.variability.max(initial=0)
    upper = np.sum(right & (data_map.confidence > 0.6))
    lower = np.sum(right & (data_map.confidence < 0.4))
    return "upper right" if upper <= lower else "lower right"


def _points(
    axes: Any, points: Any, chosen: Any, group: int, *, size: float, alpha: float, dark: bool
) -> None:
    if not chosen.any():
        return
    axes.scatter(
        points[0][chosen],
        points[1][chosen],
        color=_colour(group),
        marker=MARKERS[group],
        s=size,
        alpha=alpha,
        linewidths=0.7 if dark else 0,
        edgecolors="black",
        rasterized=True,
    )


def _colour(group: int) -> Any:
    import matplotlib as mpl

    return mpl.colormaps["viridis"](group / (len(MARKERS) - 1) * 0.95)
