"""One of each kind among the best (Zhdanov 2019, Diverse mini-batch Active Learning)."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.config.types import Count
from cartolearn.errors import InputError
from cartolearn.generators import spawn
from cartolearn.models.rows import all_rows
from cartolearn.strategies.choose.base import Choice, Query
from cartolearn.strategies.choose.top_n import top_n
from cartolearn.strategies.clusters import assigned, k_means, nearest_members
from cartolearn.strategies.observations import Need, Observations, Space


@dataclass(frozen=True)
class Diverse(Choice):
    """Clusters the beta * n best into n, weighted by score, and takes the nearest to each centre.

    k-means minimises sum_i s_i |x_i - mu(i)|^2 over the beta * n highest scores s; of each cluster
    the member nearest to its centre mu is taken. Cost: O(beta n^2 d) an iteration of k-means.
    Where some clusters stay empty (duplicates), the best scores that are left fill the batch; where
    all scores are 0, the weights are equal. The batch is in the order of the scores.
    """

    beta: Count = 10
    space: Space = "representations"

    @property
    def needs(self) -> frozenset[Need]:
        """What the clustering asks of Observations."""
        return frozenset({"representations"} if self.space == "representations" else ())

    def pick(
        self,
        scores: NDArray[np.float64],
        seen: Observations,
        generator: torch.Generator,
        candidates: Tensor,
        n: int,
    ) -> Query:
        """Choose n of the candidates.

        Raises:
            InputError: A score is negative.
        """
        best = top_n(scores[candidates.numpy()], candidates.numpy(), self.beta * n)
        if (best.scores < 0).any():
            raise InputError("choose=diverse needs scores of at least 0, which are its weights")
        rows = all_rows(seen.rows(self.space, torch.from_numpy(best.ids))[:])
        weights = best.scores if best.scores.any() else np.ones(len(best.scores))
        chosen = nearest_members(*assigned(rows, k_means(rows, n, spawn(generator), weights)))
        left = np.setdiff1d(np.arange(len(rows)), chosen)
        chosen = np.sort(np.concatenate([chosen, left[: n - len(chosen)]]))
        return Query(ids=seen.pool_ids.numpy()[best.ids[chosen]], scores=best.scores[chosen])
