"""The confidence of the pool's data map."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.pool_dynamics import PoolDynamics
from cartolearn.config.types import Share
from cartolearn.strategies.base import Observations
from cartolearn.strategies.pool_map import PoolMapStrategy


@dataclass(frozen=True, kw_only=True)
class PoolConfidence(PoolMapStrategy):
    """Statistic 1/E sum_e p_e(y* | x), y* the final prediction (equation 1).

    By default the lowest: what the model never came to be sure of. Ours, after Swayamdipta et al.
    (2020), who have gold labels. Cost: E passes over the pool, O(N E C); memory O(N (E + C)).
    """

    region: Share = 0.0

    def statistic(self, dynamics: PoolDynamics, seen: Observations) -> NDArray[np.float64]:
        """Return the mean over the epochs, float64 [N]."""
        del seen
        return dynamics.data_map.confidence
