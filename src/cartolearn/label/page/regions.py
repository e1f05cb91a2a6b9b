"""Parts of the data map: what was marked with the lasso, or named from the keyboard."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Contains = Callable[[NDArray[np.float64]], NDArray[np.bool_]]

NAMED: dict[str, tuple[int, float, float]] = {  # column, lowest and highest quantile
    "hard to learn (low confidence)": (1, 0.0, 0.25),
    "ambiguous (high variability)": (0, 0.75, 1.0),
    "easy to learn (high confidence)": (1, 0.75, 1.0),
}


def polygon(corners: Sequence[Sequence[float]]) -> Contains:
    """Return what tells which of the points [N, 2] lie within a polygon [K, 2]."""
    from matplotlib.path import Path

    outline = Path(np.asarray(corners, dtype=np.float64))
    return lambda points: np.asarray(outline.contains_points(points))


def named(name: str) -> Contains:
    """Return what tells which points lie in a quarter of the map that has a name."""
    column, lowest, highest = NAMED[name]

    def contains(points: NDArray[np.float64]) -> NDArray[np.bool_]:
        values = points[:, column]
        low, high = np.quantile(values, [lowest, highest]) if len(values) else (0, 0)
        return np.asarray((values >= low) & (values <= high))

    return contains
