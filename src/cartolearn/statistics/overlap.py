"""How many instances two strategies both picked (Table 4 of the paper)."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def overlap_per_round(a: list[Ints], b: list[Ints]) -> int:
    """Count instances that both picked in the same round, summed over the rounds both have.

    Args:
        a: One array of ids a round, in order of the rounds; ids are distinct within a run.
        b: The same of the other strategy, with the same seed set.
    """
    return sum(len(np.intersect1d(x, y)) for x, y in zip(a, b, strict=False))


def overlap_of_run(a: list[Ints], b: list[Ints]) -> int:
    """Count instances that both picked in any of the rounds both have."""
    rounds = min(len(a), len(b))
    if rounds == 0:
        return 0
    return len(np.intersect1d(np.concatenate(a[:rounds]), np.concatenate(b[:rounds])))


def overlap_by_chance(picked: int, pool: int) -> float:
    """Return the expected overlap of two independent random draws of ``picked`` out of ``pool``."""
    return picked * picked / pool
