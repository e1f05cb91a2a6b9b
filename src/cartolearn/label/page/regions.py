"""Parts of the data map: what was marked with the lasso, or a region named from the keyboard."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.regions import REGIONS, regions

Contains = Callable[[NDArray[np.float64]], NDArray[np.bool_]]


def polygon(corners: Sequence[Sequence[float]]) -> Contains:
    """Return what tells which of the points [N, 2] lie within a polygon [K, 2]."""
    from matplotlib.path import Path

    outline = Path(np.asarray(corners, dtype=np.float64))
    return lambda points: np.asarray(outline.contains_points(points))


def named(region: str) -> Contains:
    """Return what tells which points (variability, confidence) lie in one of ``REGIONS``."""
    which = REGIONS.index(region)
    return lambda points: np.asarray(regions(points[:, 1], points[:, 0]) == which)
