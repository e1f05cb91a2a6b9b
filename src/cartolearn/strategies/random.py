"""Random acquisition: the baseline that every other strategy has to beat."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from cartolearn.strategies.base import Observations, Picker, Query, Strategy


@dataclass(frozen=True, kw_only=True)
class Random(Strategy):
    """Draws n of the pool uniformly without replacement; has no score. Cost and memory: O(N)."""

    together: ClassVar[bool] = False

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Draw from the candidates whenever asked."""

        def pick(candidates: Tensor, n: int) -> Query:
            drawn = candidates[torch.randperm(len(candidates), generator=generator)[:n]]
            return Query(ids=seen.pool_ids[drawn].numpy(), scores=np.full(n, np.nan))

        return pick
