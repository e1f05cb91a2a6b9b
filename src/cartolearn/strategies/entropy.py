"""Maximum entropy (Dagan & Engelson 1995)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from cartolearn.models.dropout import entropy
from cartolearn.strategies.base import Need, Observations, ScoreStrategy


@dataclass(frozen=True, kw_only=True)
class Entropy(ScoreStrategy):
    """Score -sum_y p(y | x) log2 p(y | x), in bits. Cost: one pass over the pool, O(NC)."""

    needs: ClassVar[frozenset[Need]] = frozenset({"probabilities"})

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return how flat the predictive distribution is, float64 [N] in bits."""
        del generator
        return entropy(seen.probabilities).clamp(min=0)
