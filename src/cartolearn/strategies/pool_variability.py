"""The variability of the pool's data map."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.pool_dynamics import PoolDynamics
from cartolearn.strategies.base import Observations
from cartolearn.strategies.pool_map import PoolMapStrategy


@dataclass(frozen=True, kw_only=True)
class PoolVariability(PoolMapStrategy):
    """Statistic sqrt(1/E sum_e (p_e(y* | x) - mean)^2), y* the final prediction (equation 2).

    By default the highest: what the model changed its mind about while it trained, which is mostly
    what it learnt last. Ours, after Swayamdipta et al. (2020), who have gold labels.
    Cost: E passes over the pool, O(N E C); memory O(N (E + C)).
    """

    def statistic(self, dynamics: PoolDynamics, seen: Observations) -> NDArray[np.float64]:
        """Return the standard deviation over the epochs, float64 [N]."""
        del seen
        return dynamics.data_map.variability
