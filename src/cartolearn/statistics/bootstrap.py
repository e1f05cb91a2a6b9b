"""Drawing rows with replacement, many times at once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def resampled_means(values: Floats, draws: int, generator: np.random.Generator) -> Floats:
    """Return the mean of each of ``draws`` bootstrap samples of the rows of ``values``.

    How often a row is drawn is multinomial, so one product of matrices gives all means of all
    columns, and rows stay together over the columns. Equal rows are drawn as one with their share:
    time and memory O(D U) for U different rows.

    Args:
        values: float64 or bool [n] or [n, K].
        draws: Number of bootstrap samples D.
        generator: Draws them.

    Returns:
        float64 [D] or [D, K].
    """
    _, first, times = np.unique(values, axis=0, return_index=True, return_counts=True)
    order = np.argsort(first)
    drawn = generator.multinomial(len(values), times[order] / len(values), draws)
    return drawn / len(values) @ values[first[order]]


def resampling_shares(count: int, draws: int, generator: np.random.Generator) -> Floats:
    """Return the share that each of ``count`` rows has in each sample, float64 [draws, count]."""
    return generator.multinomial(count, np.full(count, 1 / count), draws) / count
