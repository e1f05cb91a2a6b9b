"""Where in the data map the batches lie (Figure 4 of the paper)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STATISTICS = ("confidence", "variability", "correctness")


def batch_statistics(batch: Ints, ids: Ints, columns: Mapping[str, Floats]) -> Floats:
    """Return mean confidence, variability and correctness of one batch in one data map.

    Args:
        batch: int64 [n], ids picked in round r.
        ids: int64 [L], ids of the data map of the model trained right after, in any order.
        columns: float64 [L] for each of ``STATISTICS``, in the order of ``ids``.

    Returns:
        float64 [3], in the order of ``STATISTICS``.

    Raises:
        KeyError: An id of the batch is not in the data map.
    """
    order = np.argsort(ids, kind="stable")
    place = order[np.clip(np.searchsorted(ids, batch, sorter=order), 0, len(ids) - 1)]
    if not np.array_equal(ids[place], batch):
        missing = batch[ids[place] != batch]
        raise KeyError(f"ids {missing[:5].tolist()} of the batch are not in the data map")
    return np.array([columns[name][place].mean() for name in STATISTICS])
