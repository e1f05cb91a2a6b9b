"""The greedy maximum of a facility location function, lazily (Minoux 1978)."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.models.predict import chunks

BLOCK = 64  # how many gains are brought up to date at a time


def facility_location(
    similarity: Tensor, weights: Tensor, reached: Tensor, n: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Choose n of K facilities, one by one, each with the greatest gain in what is reached.

    sum_i w_i max(r_i, max_{j chosen} s_ji) is submodular in what is chosen: gains only shrink, and
    an old one is an upper bound. A facility is chosen when its gain is up to date and no bound is
    above it; the choice is that of computing every gain before every choice.

    Args:
        similarity: float32 [K, M], s of each facility and each of M customers, at least 0.
        weights: float64 [M], w, at least 0.
        reached: float32 [M], r; brought up to date with what is chosen.
        n: How many, at most K.

    Returns:
        Rows of ``similarity``, int64 [n], in the order in which they were chosen (the lower row at
        a tie), and their gains, float64 [n].
    """
    bounds = torch.empty(len(similarity), dtype=torch.float64)

    def update(rows: Tensor) -> None:
        gains = (similarity[rows] - reached).clamp_(min=0).double().mul_(weights)
        bounds[rows] = gains.sum(dim=1)

    for _, rows in chunks(torch.arange(len(bounds)), BLOCK):
        update(rows)
    old = torch.zeros_like(bounds, dtype=torch.bool)
    chosen, gains = [], []
    for _ in range(n):
        while old[best := int(bounds.numpy().argmax())]:  # the first of equals
            stale = torch.where(old, bounds, -torch.inf)
            rows = stale.topk(min(BLOCK, len(stale))).indices
            update(rows[old[rows]])
            old[rows] = False
        chosen.append(best)
        gains.append(float(bounds[best]))
        torch.maximum(reached, similarity[best], out=reached)
        old.fill_(True)
        bounds[chosen] = -torch.inf
        old[chosen] = False
    return np.array(chosen, dtype=np.int64), np.array(gains)
