"""The three regions of a data map, as Swayamdipta et al. (2020) name them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
REGIONS = ("easy to learn", "ambiguous", "hard to learn")


def regions(confidence: Floats, variability: Floats) -> NDArray[np.int64]:
    """Return the region of each instance, int64 [L], an index into ``REGIONS``.

    Ambiguous: variability in the map's highest third (Swayamdipta et al. train on such a third).
    The others are easy to learn with a confidence of at least 0.5 and hard to learn below.
    """
    if not len(variability):
        return np.empty(0, dtype=np.int64)
    ambiguous = variability > np.quantile(variability, 2 / 3)
    return np.where(ambiguous, 1, np.where(confidence >= 0.5, 0, 2))
