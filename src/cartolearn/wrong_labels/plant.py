"""Planting random wrong labels."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def plant(
    labels: Ints, ids: Ints, classes: int, share: float, generator: np.random.Generator
) -> tuple[Ints, Ints]:
    """Give a share of the rows ``ids`` another label, each other class equally likely.

    Args:
        labels: int64 [R], labels of all rows; not changed.
        ids: int64 [N], rows that may get a wrong label.
        classes: Number of classes, at least 2.
        share: Share of ``ids`` that get one, rounded to whole rows.
        generator: Draws rows and labels.

    Returns:
        The new labels, int64 [R], and the ids of the rows that were changed, ascending.
    """
    changed = np.sort(generator.choice(ids, size=round(share * len(ids)), replace=False))
    noisy = labels.copy()
    noisy[changed] = (labels[changed] + generator.integers(1, classes, len(changed))) % classes
    return noisy, changed
