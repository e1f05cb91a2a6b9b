"""A strategy as a user may write it in a package of their own."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cartolearn.strategies.base import Observations, Picker, Query, Strategy


@dataclass(frozen=True, kw_only=True)
class FirstOnes(Strategy):
    """Takes the lowest ids."""

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        del generator

        def pick(candidates: Tensor, n: int) -> Query:
            return Query(ids=seen.pool_ids[candidates[:n]].numpy(), scores=np.full(n, np.nan))

        return pick
