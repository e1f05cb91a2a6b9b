"""Labels that are likely wrong: low on a data map."""

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.data_map import DataMap

Ints = NDArray[np.int64]


def map_of(ids: Ints, labels: Ints, probabilities: NDArray[np.float32]) -> DataMap:
    """Return the data map of rows ``ids`` [L] with p(y | x) after each epoch, [E, L, C]."""
    gold = probabilities[:, np.arange(len(labels)), labels]
    return DataMap(ids, labels, gold, probabilities.argmax(axis=2) == labels)


def most_suspicious_first(confidence: NDArray[np.float64], ids: Ints) -> Ints:
    """Return places, int64 [L], by confidence [L], lowest first; ties by id."""
    return np.lexsort((ids, confidence))
