"""Clusters and their typical rows, for strategies that look for one instance of each kind."""

import warnings

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from src.models.predict import chunks
from src.strategies.distances import squared_distances

EXACT_UP_TO = 10_000
ROWS = 4096


def k_means(
    rows: NDArray[np.float32], k: int, seed: int, weights: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return labels, int64 [M], and centres, float32 [k, d], of rows [M, d] (k <= M).

    Lloyd's algorithm up to 10,000 rows, minibatches of 1,024 above. Runs on one thread, since
    sums of several threads differ in their last digits from run to run.
    """
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    random_state = np.random.RandomState(seed % 2**32)
    if len(rows) <= EXACT_UP_TO:
        method = KMeans(k, n_init=1, random_state=random_state)
    else:
        method = MiniBatchKMeans(k, n_init=1, random_state=random_state)
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct rows than k
        method.fit(rows, sample_weight=weights)
    return method.labels_.astype(np.int64), method.cluster_centers_


def centre_distances(
    rows: NDArray[np.float32], labels: NDArray[np.int64], centres: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the squared distance of each row to the centre of its cluster, float64 [M]."""
    out = np.empty(len(rows))
    for start in range(0, len(rows), ROWS):
        place = slice(start, start + ROWS)
        difference = rows[place].astype(np.float64) - centres[labels[place]]
        out[place] = np.einsum("md,md->m", difference, difference)
    return out


def nearest_members(
    rows: NDArray[np.float32], labels: NDArray[np.int64], centres: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return the index of the row nearest to its centre, one for each cluster that has rows.

    Large clusters come first; ties go to the lower index.
    """
    distance = centre_distances(rows, labels, centres)
    order = np.lexsort((np.arange(len(rows)), distance, labels))
    _, first, size = np.unique(labels[order], return_index=True, return_counts=True)
    nearest = order[first]
    return nearest[np.lexsort((nearest, -size))]


def typicality(rows: Tensor, neighbours: int) -> NDArray[np.float64]:
    """Return 1 / (mean distance to the k nearest other rows), float64 [m], of rows [m, d].

    k = min(neighbours, m - 1); 1e12 where that mean is 0, and 0 for a row without others.
    """
    out = np.zeros(len(rows))
    k = min(neighbours, len(rows) - 1)
    for place, part in chunks(torch.arange(len(rows)) if k else torch.empty(0).long()):
        distance = squared_distances(rows[part], rows)
        distance[torch.arange(len(part)), part] = torch.inf
        nearest = distance.topk(k, largest=False).values.double().sqrt()
        out[place] = 1 / nearest.mean(dim=1).clamp(min=1e-12).numpy()
    return out
