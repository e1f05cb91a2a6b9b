"""k-means, and the rows that stand for their clusters."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.models.predict import chunks
from cartolearn.models.rows import Rows, all_rows
from cartolearn.models.side_by_side import side_by_side
from cartolearn.strategies.distances import farness, squared_distances

EXACT_UP_TO = 10_000
ITERATIONS = 100
SEEDING_ROWS = 3000
TYPICALITY_ROWS = 128  # times a large cluster, on every thread


def k_means(rows: Rows, k: int, seed: int, weights: NDArray[np.float64] | None = None) -> Tensor:
    """Return k centres, float32 [k, d], of M rows (k <= M).

    Lloyd's algorithm from greedy k-means++, until no row changes its cluster or for 100 iterations.
    With more than 10,000 rows the centres are those of a random sample of 10,000 (20 k if that is
    more). (scikit-learn does the same; importing it alone takes longer than most of these
    clusterings.)
    """
    generator = torch.Generator().manual_seed(seed)
    w = torch.ones(len(rows)) if weights is None else torch.from_numpy(weights).float()
    drawn = torch.arange(len(rows))
    if len(rows) > EXACT_UP_TO:
        drawn = torch.randperm(len(rows), generator=generator)[: max(EXACT_UP_TO, 20 * k)]
    return lloyd(rows[drawn], w[drawn], k, generator)


def lloyd(x: Tensor, weights: Tensor, k: int, generator: torch.Generator) -> Tensor:
    """Return centres, float32 [k, d], of x [M, d] with weights [M]."""
    few = max(SEEDING_ROWS, 3 * k)
    centres = first_centres(x[:few], weights[:few], k, generator)
    labels = nearest_centres(all_rows(x), centres)
    for _ in range(ITERATIONS):
        centres = means(x, weights, labels, centres)
        before, labels = labels, nearest_centres(all_rows(x), centres)
        if torch.equal(before, labels):
            break
    return centres


def first_centres(x: Tensor, weights: Tensor, k: int, generator: torch.Generator) -> Tensor:
    """Return k rows of x [M, d], float32 [k, d], by greedy k-means++ (Arthur & Vassilvitskii 2007).

    Each is the best of 2 + ln k candidates, drawn by weight and squared distance to the nearest
    centre so far: the one that leaves the smallest sum of these.
    """
    chosen = [_drawn(weights, 1, generator)[0]]
    lengths = (x * x).sum(dim=1)
    nearest = squared_distances(x, x[chosen[0], None], lengths)[:, 0]
    for _ in range(k - 1):
        candidates = _drawn(weights * nearest, 2 + int(math.log(k)), generator)
        left = torch.minimum(squared_distances(x, x[candidates], lengths), nearest[:, None])
        best = (weights @ left).argmin()
        nearest = left[:, best]
        chosen.append(candidates[best])
    return x[torch.stack(chosen)]


def _drawn(chances: Tensor, n: int, generator: torch.Generator) -> Tensor:
    """Draw n places by their chances [M], all alike where these are 0: int64 [n]."""
    if not chances.sum() > 0:
        chances = torch.ones_like(chances)
    return torch.multinomial(chances, n, replacement=True, generator=generator)


def nearest_centres(rows: Rows, centres: Tensor) -> Tensor:
    """Return the nearest of centres [k, d] to each of M rows, int64 [M]."""
    labels = torch.empty(len(rows), dtype=torch.int64)
    lengths = (centres * centres).sum(dim=1)
    for place, part in chunks(torch.arange(len(rows))):
        labels[place] = _nearest(rows[part], centres, lengths)
    return labels


def assigned(rows: Rows, centres: Tensor) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the nearest of centres [k, d] to each of M rows, int64 [M], and how far, float32 [M].

    Takes every row once.
    """
    labels, distance = np.empty(len(rows), dtype=np.int64), np.empty(len(rows), dtype=np.float32)
    lengths = (centres * centres).sum(dim=1)
    for place, part in chunks(torch.arange(len(rows))):
        x = rows[part]
        nearest = _nearest(x, centres, lengths)
        labels[place] = nearest
        distance[place] = torch.linalg.vector_norm(x - centres[nearest], dim=1)
    return labels, distance


def _nearest(x: Tensor, centres: Tensor, lengths: Tensor) -> Tensor:
    """Return the nearest of centres c [k, d] with |c|^2 = lengths [k] to x [B, d], int64 [B]."""
    return farness(x, centres, lengths).argmin(dim=1)


def means(x: Tensor, weights: Tensor, labels: Tensor, centres: Tensor) -> Tensor:
    """Return the weighted mean of each cluster of x [M, d], [k, d]; its old centre if empty."""
    total = torch.zeros_like(centres)
    for place, _ in chunks(labels):
        total.index_add_(0, labels[place], x[place] * weights[place, None])
    size = torch.zeros(len(centres)).index_add_(0, labels, weights)[:, None]
    return torch.where(size > 0, total / torch.where(size > 0, size, 1), centres)


def nearest_members(labels: NDArray[np.int64], distance: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the position of the row nearest to its centre, one for each cluster that has rows.

    Large clusters come first; ties go to the lower position.
    """
    order = np.lexsort((np.arange(len(labels)), distance, labels))
    _, first, size = np.unique(labels[order], return_index=True, return_counts=True)
    nearest = order[first]
    return nearest[np.lexsort((nearest, -size))]


def typicality(rows: Rows, neighbours: int) -> NDArray[np.float64]:
    """Return 1 / (mean distance to the k nearest other rows), float64 [m], of m rows.

    k = min(neighbours, m - 1); 1e12 where that mean is 0, and 0 for a row without others. As in
    ``squared_distances``, what is rounding between equal rows is 0.
    """
    out = np.zeros(len(rows))
    k = min(neighbours, len(rows) - 1)
    if not k:
        return out
    x = rows[:]
    lengths = (x * x).sum(dim=1)
    own = lengths.double().numpy()[:, None]

    def rate(part: tuple[slice, Tensor]) -> None:
        place, these = part
        others = farness(x[place], x, lengths).numpy()
        others[np.arange(len(these)), these.numpy()] = np.inf
        others.partition(k - 1, axis=1)
        nearest = others[:, :k] + own[place]
        nearest[nearest < 2e-6 * own[place]] = 0
        out[place] = 1 / np.maximum(np.sqrt(nearest).mean(axis=1), 1e-12)

    parts = list(chunks(torch.arange(len(x)), TYPICALITY_ROWS))
    with side_by_side(len(parts)) as at_once:
        for _ in at_once(rate, parts):
            pass
    return out
