"""Least confidence (Culotta & McCallum 2005)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from cartolearn.strategies.base import Need, Observations, ScoreStrategy


@dataclass(frozen=True, kw_only=True)
class LeastConfidence(ScoreStrategy):
    """Score 1 - max_y p(y | x). Cost: one pass over the pool, O(NC)."""

    needs: ClassVar[frozenset[Need]] = frozenset({"probabilities"})

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return how unlikely the most likely class is, float64 [N] in [0, 1)."""
        del generator
        return (1 - seen.probabilities.double().amax(dim=1)).clamp(min=0)
