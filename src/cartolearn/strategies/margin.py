"""Smallest margin (Scheffer, Decomain & Wrobel 2001)."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from cartolearn.strategies.base import Need, Observations, ScoreStrategy


def uncertain_margin(probabilities: Tensor) -> Tensor:
    """Return 1 - (p_first - p_second), float64 [N] in [0, 1], of probabilities [N, C], C >= 2."""
    first, second = probabilities.double().topk(2, dim=1).values.unbind(dim=1)
    return (1 - (first - second)).clamp(min=0)


@dataclass(frozen=True, kw_only=True)
class Margin(ScoreStrategy):
    """Score 1 - (p(y1 | x) - p(y2 | x)) with y1, y2 the two most likely classes.

    Cost: one pass over the pool, O(NC). Subtracted from 1 so that a score is never negative.
    """

    needs: ClassVar[frozenset[Need]] = frozenset({"probabilities"})

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return how close the two most likely classes are, float64 [N]."""
        del generator
        return uncertain_margin(seen.probabilities)
