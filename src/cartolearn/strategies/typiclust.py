"""Typical instances of clusters that hold no label yet (Hacohen, Dekel & Weinshall 2022)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.config.types import Count
from cartolearn.generators import spawn
from cartolearn.models.rows import Rows
from cartolearn.strategies.base import Need, Observations, Picker, Query, Space, Strategy
from cartolearn.strategies.clusters import k_means, nearest_centres, typicality

# As the authors have them.
MAX_CLUSTERS = 500
MIN_SIZE = 5


@dataclass(frozen=True, kw_only=True)
class TypiClust(Strategy):
    """Takes the most typical instance of each of the n largest clusters without a label.

    1. k-means of the labelled set and the pool into K = min(L + n, 500) clusters.
    2. Clusters in order of how few labels they hold, then of how many instances; those below
       5 instances come last. A pick counts as a label.
    3. In a cluster, the highest typicality (1/k sum |x - x_j|)^-1 over its k nearest neighbours in
       the cluster, k = min(``neighbours``, its size - 1); ties go to the lower id.

    The score is the typicality. Works on features by default (the paper: self-supervised ones), so
    it needs no model and no label: made for the first batches.
    Cost: O(N K d), O(m^2 d) for a cluster of m; memory O(N + K d), and O(m d) for a cluster. Above
    10,000 instances the centres are those of a random sample, see ``k_means``.
    """

    space: Space = "features"
    neighbours: Count = 20

    @property
    def all_needs(self) -> frozenset[Need]:
        """Nothing, unless representations are asked for."""
        return frozenset({"representations"} if self.space == "representations" else ())

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Cluster whenever asked; what was picked before counts as labelled."""
        n_labelled = len(seen.data_map.ids)
        if self.space == "features":
            labelled_ids = torch.from_numpy(seen.data_map.ids)
            rows = Rows(seen.features.__getitem__, torch.cat([labelled_ids, seen.pool_ids]))
        else:
            rows = seen.joint_representations
        labelled = np.arange(len(rows)) < n_labelled

        def pick(candidates: Tensor, n: int) -> Query:
            k = min(int(labelled.sum()) + n, MAX_CLUSTERS, len(rows))
            clusters = nearest_centres(rows, k_means(rows, k, spawn(generator))).numpy()
            free = np.zeros(len(rows), dtype=np.bool_)
            free[n_labelled + candidates.numpy()] = True
            chosen, scores = self._choose(rows, clusters, labelled, free, n)
            ids = seen.pool_ids[torch.from_numpy(chosen - n_labelled)]
            return Query(ids=ids.numpy(), scores=scores)

        return pick

    def _choose(
        self,
        rows: Rows,
        clusters: NDArray[np.int64],
        labelled: NDArray[np.bool_],
        free: NDArray[np.bool_],
        n: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return n of the ``free`` rows and their typicality; marks them in ``labelled``."""
        sizes = np.bincount(clusters)
        labels = np.bincount(clusters, labelled, minlength=len(sizes))
        left = np.bincount(clusters, free, minlength=len(sizes))
        queues: dict[int, Iterator[tuple[int, float]]] = {}
        chosen = []
        for _ in range(n):
            order = np.lexsort((-sizes, labels, sizes < MIN_SIZE, left == 0))
            cluster = int(order[0])
            if cluster not in queues:
                queues[cluster] = self._ranked(rows, np.flatnonzero(clusters == cluster), free)
            chosen.append(next(queues[cluster]))
            labels[cluster] += 1
            left[cluster] -= 1
        picked = np.array([row for row, _ in chosen])
        labelled[picked] = True
        return picked, np.array([typicality for _, typicality in chosen])

    def _ranked(
        self, rows: Rows, members: NDArray[np.int64], free: NDArray[np.bool_]
    ) -> Iterator[tuple[int, float]]:
        """Yield the free members of a cluster, the most typical first."""
        values = typicality(rows.some(torch.from_numpy(members)), self.neighbours)
        for place in np.lexsort((members, -values)):
            if free[members[place]]:
                yield int(members[place]), float(values[place])
