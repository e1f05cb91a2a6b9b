"""One instance of each cluster of the pool (Xu et al. 2003; Zhdanov 2019 without the weights)."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cartolearn.generators import spawn
from cartolearn.strategies.base import Need, Observations, Picker, Query, Space, Strategy
from cartolearn.strategies.clusters import assigned, k_means, nearest_members


@dataclass(frozen=True, kw_only=True)
class KMeans(Strategy):
    """Clusters the pool into n and takes the instance nearest to each centre; has no score.

    Large clusters come first. Where clusters stay empty (duplicates), the lowest ids that are left
    fill the batch. Looks neither at predictions nor at the labelled set; with ``space: features``
    it needs no model and can choose the first batch.
    Above 10,000 instances the centres are those of a random sample, see ``k_means``.
    Cost: one pass, O(N n d), and O(n d) for each of the sample's rows and iterations; memory
    O(N + n d), and the sample.
    """

    space: Space = "representations"

    @property
    def all_needs(self) -> frozenset[Need]:
        """Representations, unless it is the features."""
        return frozenset({"representations"} if self.space == "representations" else ())

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Cluster the candidates whenever asked."""

        def pick(candidates: Tensor, n: int) -> Query:
            rows = seen.rows(self.space, candidates)
            centres = k_means(rows, n, spawn(generator))
            chosen = nearest_members(*assigned(rows, centres))
            left = np.delete(np.arange(len(rows)), chosen)
            chosen = np.concatenate([chosen, left[: n - len(chosen)]])
            return Query(
                ids=seen.pool_ids[candidates[torch.from_numpy(chosen)]].numpy(),
                scores=np.full(n, np.nan),
            )

        return pick
