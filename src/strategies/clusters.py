"""k-means for the strategies that look for one instance of each kind."""

import warnings

import numpy as np
from numpy.typing import NDArray

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
