"""What the strategies that read the pool's own data map share."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.cartography.pool_dynamics import PoolDynamics
from cartolearn.config.types import Share, Size
from cartolearn.strategies.base import Need, Observations, ScoreStrategy
from cartolearn.strategies.observations import Seen


@dataclass(frozen=True, kw_only=True)
class PoolMapStrategy(ScoreStrategy):
    """Chooses by a statistic s of the pool's training dynamics, from any region of it.

    Score 1 - |s(x) - q|, with q the ``region`` quantile of s over the pool: 1 takes the highest
    values, 0 the lowest, 0.5 those in the middle. ``skip_epochs`` first epochs are left out.
    Cost: one pass over the pool for each epoch, O(N E); memory O(N (E + C)).
    """

    region: Share = 1.0
    skip_epochs: Size = 0
    needs: ClassVar[frozenset[Need]] = frozenset({"pool_dynamics"})

    @abstractmethod
    def statistic(self, dynamics: PoolDynamics, seen: Observations) -> NDArray[np.float64]:
        """Return s, float64 [N], within [0, 1]."""

    def _scores(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return the scores of the whole pool; the quantile is that of all its parts."""
        return self.score(seen, generator)

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return how near the statistic is to the region asked for, float64 [N] in [0, 1]."""
        del generator
        values = np.concatenate([part for (part,) in seen.over(self._statistic, seen.parts())])
        return torch.from_numpy(1 - np.abs(values - np.quantile(values, self.region)))

    def _statistic(self, part: Observations) -> Seen:
        return (self.statistic(part.pool_dynamics(self.skip_epochs), part),)
