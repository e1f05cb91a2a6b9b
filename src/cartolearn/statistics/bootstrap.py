"""Drawing rows with replacement, many times at once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def resampled_means(values: Floats, draws: int, generator: np.random.Generator) -> Floats:
    """Return the mean of each of ``draws`` bootstrap samples of the rows of ``values``.

    How often a row is drawn is multinomial, so one product of matrices gives all means of all
    columns, and rows stay together over the columns.

    Args:
        values: float64 [n] or [n, K].
        draws: Number of bootstrap samples D.
        generator: Draws them.

    Returns:
        float64 [D] or [D, K].
    """
    return resampling_shares(len(values), draws, generator) @ values


def resampling_shares(count: int, draws: int, generator: np.random.Generator) -> Floats:
    """Return the share that each of ``count`` rows has in each sample, float64 [draws, count]."""
    return generator.multinomial(count, np.full(count, 1 / count), draws) / count
