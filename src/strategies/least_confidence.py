"""Least confidence (Culotta & McCallum 2005)."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from src.strategies.base import Need, Observations, Query, required, top_n


@dataclass(frozen=True)
class LeastConfidence:
    """Score 1 - max_y p(y | x). Cost: one pass over the pool, O(NC)."""

    needs: ClassVar[frozenset[Need]] = frozenset({"probabilities"})

    def select(self, seen: Observations, n: int, generator: torch.Generator) -> Query:
        """Choose the n instances whose most likely class is least likely."""
        del generator
        confidence = required(seen.probabilities).double().amax(dim=1)
        return top_n(1 - confidence, seen.pool_ids, n)
