"""Parts of the data map: what was marked with the lasso, or a region named from the keyboard."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.regions import REGIONS, regions

Contains = Callable[[NDArray[np.float64]], NDArray[np.bool_]]


def polygon(corners: Sequence[Sequence[float]]) -> Contains:
    """Return what tells which of the points [N, 2] lie within a polygon [K, 2].

    Those from which a ray crosses its edges an odd number of times.
    """
    to = np.asarray(corners, dtype=np.float64)
    edges = list(zip(to.tolist(), np.roll(to, 1, axis=0).tolist(), strict=True))

    def contains(points: NDArray[np.float64]) -> NDArray[np.bool_]:
        inside = np.zeros(len(points), dtype=np.bool_)
        x, y = points[:, 0], points[:, 1]
        for (x0, y0), (x1, y1) in edges:
            if y0 != y1:
                reaches = (y0 > y) != (y1 > y)
                inside ^= reaches & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        return inside

    return contains


def named(region: str) -> Contains:
    """Return what tells which points (variability, confidence) lie in one of ``REGIONS``."""
    which = REGIONS.index(region)
    return lambda points: np.asarray(regions(points[:, 1], points[:, 0]) == which)
