"""Mean and spread of features, in chunks, so that features on a disk need no memory."""

import numpy as np
from numpy.typing import NDArray

ROWS = 8192


def moments(features: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean and standard deviation, float32 [d], of each column; 1 where it is 0."""
    total = np.zeros(features.shape[1])
    square = np.zeros(features.shape[1])
    origin = features[0].astype(np.float64)
    for start in range(0, len(features), ROWS):
        rows = features[start : start + ROWS] - origin
        total += rows.sum(axis=0)
        square += np.einsum("nd,nd->d", rows, rows)
    mean = total / len(features)
    deviation = np.sqrt(np.maximum(square / len(features) - mean**2, 0))
    scale = np.where(deviation > 1e-6 * (1 + np.abs(origin + mean)), deviation, 1)
    return (origin + mean).astype(np.float32), scale.astype(np.float32)
