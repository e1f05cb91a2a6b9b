"""Mean and spread of features, in chunks, so that features on a disk need no memory."""

import numpy as np
from numpy.typing import NDArray

from cartolearn.embeddings.features import ROWS, Features

Floats = NDArray[np.float32]


def moments(features: Floats | Features) -> tuple[Floats, Floats]:
    """Return the mean and standard deviation, float32 [d], of each column; 1 where it is 0."""
    total = np.zeros(features.shape[1])
    square = np.zeros(features.shape[1])
    origin = np.asarray(features[:1])[0].astype(np.float64)
    for start in range(0, len(features), ROWS):
        rows = np.asarray(features[start : start + ROWS]) - origin
        total += rows.sum(axis=0)
        square += np.einsum("nd,nd->d", rows, rows)
    mean = total / len(features)
    deviation = np.sqrt(np.maximum(square / len(features) - mean**2, 0))
    scale = np.where(deviation > 1e-6 * (1 + np.abs(origin + mean)), deviation, 1)
    return (origin + mean).astype(np.float32), scale.astype(np.float32)
