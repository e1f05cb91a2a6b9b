"""The data map of rows without labels, against the model's own final prediction.

The pool is passed through the weights of all epochs, chunk by chunk: nothing of size epochs x pool
x classes is held.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cartolearn.cartography.data_map import DataMap


@dataclass(frozen=True, eq=False)
class PoolDynamics:
    """What E epochs of training say about N rows without labels.

    Attributes:
        data_map: As for labelled rows, with the final epoch's prediction for the gold label.
        mean_probabilities: float64 [N, C], p(y | x) averaged over the epochs.
        flips: int64 [N], how often the prediction changed from one epoch to the next (0 to E - 1).
    """

    data_map: DataMap
    mean_probabilities: Tensor
    flips: Tensor


def pool_dynamics(ids: Tensor, chunks: Iterable[tuple[Any, Tensor]]) -> PoolDynamics:
    """Return the dynamics of the rows ``ids``, int64 [N].

    What is found gets its place beforehand: small blocks between those of the chunks would split
    the heap, and it would grow with every chunk.

    Args:
        ids: The rows, e.g. the pool.
        chunks: Places in ``ids``, and p(y | x) of the B rows there after each epoch, float32
            [B, E, C]; together all of them.
    """
    found: tuple[Tensor, ...] = ()
    for place, p in chunks:
        values = _of_chunk(p)
        found = found or tuple(value.new_empty(len(ids), *value.shape[1:]) for value in values)
        for whole, value in zip(found, values, strict=True):
            whole[place] = value
    final, path, agrees, mean, flips = found
    data_map = DataMap(
        ids.numpy(), final.numpy(), np.ascontiguousarray(path.T), np.ascontiguousarray(agrees.T)
    )
    return PoolDynamics(data_map, mean, flips)


def _of_chunk(p: Tensor) -> tuple[Tensor, ...]:
    """Return final [B], path [B, E], agreement [B, E], mean [B, C] and flips [B] of p [B, E, C]."""
    predicted = p.argmax(dim=2)
    final = predicted[:, -1]
    path = p.gather(2, final[:, None, None].expand(-1, p.shape[1], 1))[:, :, 0]
    flips = (predicted[:, 1:] != predicted[:, :-1]).sum(dim=1)
    return final, path, predicted == final[:, None], p.mean(dim=1, dtype=torch.float64), flips
