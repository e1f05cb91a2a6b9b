"""k-means, and the rows that stand for their clusters."""

import warnings

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from src.models.predict import chunks
from src.strategies.distances import squared_distances
from src.strategies.rows import Rows, all_rows

EXACT_UP_TO = 10_000
ITERATIONS = 20


def k_means(
    rows: Rows, k: int, seed: int, weights: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return labels, int64 [M], and centres, float32 [k, d], of M rows (k <= M).

    Up to 10,000 rows this is Lloyd's algorithm from k-means++. Above, the centres are those of a
    random sample of 10,000 rows (20 k if that is more) after at most 20 iterations, and every row
    goes to the nearest. Sums of several threads differ in their last digits from run to run, so
    scikit-learn runs on one.
    """
    from threadpoolctl import threadpool_limits

    random = np.random.RandomState(seed % 2**32)
    if len(rows) > EXACT_UP_TO:
        return _of_a_sample(rows, k, random, weights)
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    method = KMeans(k, n_init=1, random_state=random)
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct rows than k
        method.fit(rows[:].numpy(), sample_weight=weights)
    return method.labels_.astype(np.int64), method.cluster_centers_


def _of_a_sample(
    rows: Rows, k: int, random: np.random.RandomState, weights: NDArray[np.float64] | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    drawn = random.permutation(len(rows))[: max(EXACT_UP_TO, 20 * k)]
    x = rows[torch.from_numpy(drawn)]
    w = torch.ones(len(x)) if weights is None else torch.from_numpy(weights[drawn]).float()
    centres = first_centres(x, w, k, random)
    labels = nearest_centres(all_rows(x), centres)
    for _ in range(ITERATIONS):
        centres = means(x, w, labels, centres)
        before, labels = labels, nearest_centres(all_rows(x), centres)
        if torch.equal(before, labels):
            break
    return nearest_centres(rows, centres).numpy(), centres.numpy()


def first_centres(x: Tensor, weights: Tensor, k: int, random: np.random.RandomState) -> Tensor:
    """Return k of x, float32 [k, d], by greedy k-means++ on its first 3,000 (or 3 k) rows."""
    from sklearn.cluster import kmeans_plusplus
    from threadpoolctl import threadpool_limits

    few = max(3000, 3 * k)
    with threadpool_limits(limits=1):  # in float64, which it would convert to for every centre
        centres, _ = kmeans_plusplus(
            x[:few].double().numpy(),
            k,
            sample_weight=weights[:few].double().numpy() + 1e-12,  # their sum may not be 0
            random_state=random,
        )
    return torch.from_numpy(centres).float()


def nearest_centres(rows: Rows, centres: Tensor) -> Tensor:
    """Return the nearest of centres [k, d] to each of M rows, int64 [M]."""
    labels = torch.empty(len(rows), dtype=torch.int64)
    lengths = (centres * centres).sum(dim=1)
    for place, part in chunks(torch.arange(len(rows))):
        labels[place] = torch.addmm(lengths, rows[part], centres.T, alpha=-2).argmin(dim=1)
    return labels


def means(x: Tensor, weights: Tensor, labels: Tensor, centres: Tensor) -> Tensor:
    """Return the weighted mean of each cluster of x [M, d], [k, d]; its old centre if empty."""
    total = torch.zeros_like(centres).index_add_(0, labels, x * weights[:, None])
    size = torch.zeros(len(centres)).index_add_(0, labels, weights)[:, None]
    return torch.where(size > 0, total / torch.where(size > 0, size, 1), centres)


def nearest_members(
    rows: Rows, labels: NDArray[np.int64], centres: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return the position of the row nearest to its centre, one for each cluster that has rows.

    Large clusters come first; ties go to the lower position.
    """
    distance = centre_distances(rows, labels, centres)
    order = np.lexsort((np.arange(len(rows)), distance, labels))
    _, first, size = np.unique(labels[order], return_index=True, return_counts=True)
    nearest = order[first]
    return nearest[np.lexsort((nearest, -size))]


def centre_distances(
    rows: Rows, labels: NDArray[np.int64], centres: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the squared distance of each of M rows to the centre of its cluster, float64 [M]."""
    out = np.empty(len(rows))
    for place, part in chunks(torch.arange(len(rows))):
        difference = rows[part].double().numpy() - centres[labels[place]]
        out[place] = np.einsum("md,md->m", difference, difference)
    return out


def typicality(rows: Rows, neighbours: int) -> NDArray[np.float64]:
    """Return 1 / (mean distance to the k nearest other rows), float64 [m], of m rows.

    k = min(neighbours, m - 1); 1e12 where that mean is 0, and 0 for a row without others.
    """
    out = np.zeros(len(rows))
    k = min(neighbours, len(rows) - 1)
    if not k:
        return out
    everything = rows[:]
    for place, part in chunks(torch.arange(len(rows))):
        distance = squared_distances(everything[part], everything)
        distance[torch.arange(len(part)), part] = torch.inf
        nearest = np.sqrt(np.partition(distance.numpy(), k - 1, axis=1)[:, :k].astype(np.float64))
        out[place] = 1 / np.maximum(nearest.mean(axis=1), 1e-12)
    return out
