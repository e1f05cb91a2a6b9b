"""What one learning curve says: its area, and how many labels it needed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def aulc(labelled: Ints | Sequence[int], accuracy: Floats | Sequence[float]) -> float:
    """Return the area under the learning curve over the range of its labels: a mean accuracy.

    Trapezoid rule over the number of labels, so a curve is worth the same however finely its
    rounds cut the same labels. A curve of one point is worth that point.

    Args:
        labelled: int64 [R + 1], labels of each row, strictly ascending.
        accuracy: float64 [R + 1], share of the test set predicted right, 0 to 1.

    Raises:
        ValueError: The curve is empty or ``labelled`` does not ascend.
    """
    if len(labelled) == 0 or np.any(np.diff(labelled) <= 0):
        raise ValueError("a learning curve needs at least one row, and labels that ascend")
    if len(labelled) == 1:
        return float(accuracy[0])
    return float(np.trapezoid(accuracy, labelled) / (labelled[-1] - labelled[0]))


def labels_needed(labelled: Ints, accuracy: Floats, target: float) -> int | None:
    """Return the labels of the first row whose accuracy is at least ``target``; None if none is."""
    reached = np.flatnonzero(accuracy >= target)
    return int(labelled[reached[0]]) if len(reached) else None


def row_at(labelled: Ints, labels: float) -> int:
    """Return the row whose number of labels is nearest to ``labels``; the earlier if tied."""
    return int(np.argmin(np.abs(labelled - labels)))


def early(values: Floats) -> float:
    """Return the mean of ``values`` [R] over the first third of the rounds, at least one."""
    return float(np.mean(values[: third(len(values))]))


def late(values: Floats) -> float:
    """Return the mean of ``values`` [R] over the last third of the rounds, at least one."""
    return float(np.mean(values[-third(len(values)) :]))


def third(rounds: int) -> int:
    """Return how many rounds a third of them are: rounded down, at least one."""
    return max(1, rounds // 3)
