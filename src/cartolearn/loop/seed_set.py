"""Drawing the seed set and the validation split, by the run's seed."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cartolearn.errors import InputError
from cartolearn.generators import derived_seed


def draw(
    ids: NDArray[np.int64],
    labels: NDArray[np.int64],
    size: int,
    how: Literal["random", "stratified"],
    seed: int,
    purpose: str,
) -> NDArray[np.int64]:
    """Draw ``size`` of ``ids`` without replacement, in random order.

    Args:
        ids: int64 [N], row ids to draw from.
        labels: int64 [R], labels of all rows, indexed by row id.
        size: How many to draw.
        how: ``random``, or ``stratified``: as close to the class shares of ``ids`` as whole
            numbers allow (largest remainders first), with at least one of each class if ``size``
            allows.
        seed: The run's seed.
        purpose: Names the generator.

    Raises:
        InputError: ``size`` is larger than the number of ids.
    """
    if size > len(ids):
        raise InputError(
            f"the {purpose} of {size} is larger than the {len(ids)} rows it is drawn from;"
            " lower loop.seed_set_size (or loop.validation_share)"
        )
    random = np.random.default_rng(derived_seed(seed, purpose))
    shuffled = random.permutation(ids)
    if how == "random":
        return shuffled[:size]
    classes = labels[shuffled]
    quota = _quotas(np.bincount(classes), size)
    rank = np.empty(len(ids), dtype=np.int64)
    for label in np.unique(classes):
        members = classes == label
        rank[members] = np.arange(members.sum())
    return shuffled[rank < quota[classes]]


def _quotas(counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Share ``size`` among classes in proportion to ``counts`` [C]."""
    present = (counts > 0).astype(np.int64)
    base = present if size >= present.sum() else np.zeros_like(present)
    exact = counts * size / counts.sum()
    quota = np.minimum(np.maximum(np.floor(exact).astype(np.int64), base), counts)
    while (short := size - quota.sum()) != 0:
        gap = np.where(quota < counts, exact - quota, -np.inf) if short > 0 else exact - quota
        if short < 0:
            gap = np.where(quota > base, gap, np.inf)
        quota[np.argmax(gap) if short > 0 else np.argmin(gap)] += np.sign(short)
    return quota
