"""The three regions of a data map: easy, ambiguous and hard."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
REGIONS = ("easy", "ambiguous", "hard")


def regions(confidence: Floats, variability: Floats) -> NDArray[np.int64]:
    """Region of each instance, int64 [L], an index into ``REGIONS``.

    Ambiguous: variability in the map's highest third (Swayamdipta et al. 2020 train on such a
    third). The others are easy with a confidence of at least 0.5 and hard below.
    """
    if not len(variability):
        return np.empty(0, dtype=np.int64)
    ambiguous = variability > np.quantile(variability, 2 / 3)
    return np.where(ambiguous, 1, np.where(confidence >= 0.5, 0, 2))
