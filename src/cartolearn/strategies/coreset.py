"""Core-set selection by greedy k-center (Sener & Savarese 2018, algorithm 1)."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cartolearn.models.predict import chunks
from cartolearn.strategies.base import Need, Observations, Picker, Query, Space, Strategy
from cartolearn.strategies.distances import NearestCentre, squared_distances


@dataclass(frozen=True, kw_only=True)
class Coreset(Strategy):
    """Takes, n times, argmax_x min_c |x - c| over all centres c: the labelled set and the picks.

    Distances are Euclidean between representations Psi(x), or features if ``space`` says so; the
    score is the distance at the time of the pick. Ties go to the lower id. Without labelled
    instances the lowest id is the first centre. Sener & Savarese's improvement of the greedy
    solution by mixed-integer programming is left out, as they do for speed.
    Cost: one pass, O(L N d) in matrix products, and for each pick Psi of the 64 or 512 rows that
    may be next, or of all where that does not settle it; memory O(N).
    """

    space: Space = "representations"

    @property
    def all_needs(self) -> frozenset[Need]:
        """Representations, unless it is the features."""
        return frozenset({"representations"} if self.space == "representations" else ())

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Measure the distances to the labelled set once."""
        del generator
        if self.space == "features":
            labelled = seen.features[torch.from_numpy(seen.data_map.ids)]
        else:
            labelled = seen.labelled_representations
        pool = seen.rows(self.space, torch.arange(len(seen.pool_ids)))
        nearest = torch.full((len(pool),), torch.inf, dtype=torch.float64)
        if len(labelled):
            for place, rows in chunks(torch.arange(len(pool))):
                nearest[place] = squared_distances(pool[rows], labelled).amin(dim=1)
        centres: list[int] = []

        def distance(rows: Tensor, others: Tensor) -> Tensor:
            return squared_distances(pool[rows], pool[others])

        def pick(candidates: Tensor, n: int) -> Query:
            open_ = torch.full_like(nearest, -torch.inf)
            open_[candidates] = nearest[candidates]
            tracker = NearestCentre(distance, open_)
            tracker.new.extend(centres)
            scores = []
            for _ in range(n):
                centres.append(tracker.farthest())
                scores.append(max(0.0, float(tracker.bounds[centres[-1]])) ** 0.5)
                tracker.add(centres[-1])
            return Query(ids=seen.pool_ids[centres[-n:]].numpy(), scores=np.array(scores))

        return pick
