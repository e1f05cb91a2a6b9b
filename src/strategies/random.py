"""Random acquisition: the baseline that every other strategy has to beat."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from src.strategies.base import Need, Observations, Query


@dataclass(frozen=True)
class Random:
    """Draws n of the pool uniformly without replacement; has no score. Cost: O(N)."""

    needs: ClassVar[frozenset[Need]] = frozenset()

    def select(self, seen: Observations, n: int, generator: torch.Generator) -> Query:
        """Choose n pool instances."""
        picked = torch.randperm(len(seen.pool_ids), generator=generator)[:n]
        return Query(ids=seen.pool_ids[picked].numpy(), scores=np.full(n, np.nan))
