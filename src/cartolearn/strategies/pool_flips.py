"""How often the prediction changed while the model trained."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.pool_dynamics import PoolDynamics
from cartolearn.strategies.base import Need, Observations
from cartolearn.strategies.margin import uncertain_margin
from cartolearn.strategies.pool_map import PoolMapStrategy


@dataclass(frozen=True, kw_only=True)
class PoolFlips(PoolMapStrategy):
    """Statistic (f + (1 - m) / 2) / E: flips f of the prediction over E epochs, ties by margin m.

    f counts the epochs whose prediction differs from that of the epoch before, 0 to E - 1; m is the
    margin of the final probabilities, so a smaller margin never outweighs a flip. By default the
    highest. Ours; "forgetting events" (Toneva et al. 2019) count the like on gold labels.
    Cost: E + 1 passes over the pool, O(N E C); memory O(N (E + C)).
    """

    needs: ClassVar[frozenset[Need]] = frozenset({"pool_dynamics", "probabilities"})

    def statistic(self, dynamics: PoolDynamics, seen: Observations) -> NDArray[np.float64]:
        """Return the flips with the margin as a fraction, float64 [N]."""
        fraction = uncertain_margin(seen.probabilities).numpy() / 2
        return (dynamics.flips.numpy() + fraction) / len(dynamics.data_map.correct)
