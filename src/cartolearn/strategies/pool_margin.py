"""The margin of the pool's epoch-averaged probabilities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.pool_dynamics import PoolDynamics
from cartolearn.config.types import Share
from cartolearn.strategies.base import Observations
from cartolearn.strategies.margin import uncertain_margin
from cartolearn.strategies.pool_map import PoolMapStrategy


@dataclass(frozen=True, kw_only=True)
class PoolMargin(PoolMapStrategy):
    """Statistic P(y1) - P(y2), with P(y) = 1/E sum_e p_e(y | x) and y1, y2 its two highest.

    By default the lowest: instances on which the epochs together are undecided. Ours; no paper.
    Cost: E passes over the pool, O(N E C); memory O(N (E + C)).
    """

    region: Share = 0.0

    def statistic(self, dynamics: PoolDynamics, seen: Observations) -> NDArray[np.float64]:
        """Return the margin of the mean probabilities, float64 [N]."""
        del seen
        return 1 - uncertain_margin(dynamics.mean_probabilities).numpy()
