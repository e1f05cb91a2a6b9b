"""The n best."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.strategies.choose.base import Choice, Query
from cartolearn.strategies.observations import Observations


def top_n(scores: NDArray[np.float64], ids: NDArray[np.int64], n: int) -> Query:
    """Return the n highest of scores, float64 [M]; ties go to the lower of ids, int64 [M].

    Cost: O(M + n log n), and the sorting of those that tie with the n-th.
    """
    n = min(n, len(ids))
    cut = np.partition(scores, len(scores) - n)[len(scores) - n]
    best = np.flatnonzero(scores >= cut)
    best = best[np.lexsort((ids[best], -scores[best]))[:n]]
    return Query(ids=ids[best], scores=scores[best])


@dataclass(frozen=True)
class TopN(Choice):
    """Takes the n highest scores, ties by id."""

    def pick(
        self,
        scores: NDArray[np.float64],
        seen: Observations,
        generator: torch.Generator,
        candidates: Tensor,
        n: int,
    ) -> Query:
        """Choose the n best candidates."""
        del generator
        return top_n(scores[candidates.numpy()], seen.pool_ids[candidates].numpy(), n)
