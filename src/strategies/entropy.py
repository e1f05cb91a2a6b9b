"""Maximum entropy (Dagan & Engelson 1995)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from src.strategies.base import Need, Observations, Query, required, top_n


def entropy(probabilities: Tensor) -> Tensor:
    """Return -sum_y p_y log2 p_y in bits, float64 [N], of p [N, C], with 0 log 0 = 0."""
    p = probabilities.double()
    return -torch.special.xlogy(p, p).sum(dim=1) / torch.log(torch.tensor(2.0, dtype=p.dtype))


@dataclass(frozen=True)
class Entropy:
    """Score -sum_y p(y | x) log2 p(y | x), in bits. Cost: one pass over the pool, O(NC)."""

    needs: ClassVar[frozenset[Need]] = frozenset({"probabilities"})

    def select(self, seen: Observations, n: int, generator: torch.Generator) -> Query:
        """Choose the n instances with the flattest predictive distribution."""
        del generator
        return top_n(entropy(required(seen.probabilities)), seen.pool_ids, n)
