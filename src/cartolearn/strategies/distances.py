"""Squared Euclidean distances in matrix products."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from cartolearn.models.predict import chunks

BLOCKS = 64, 512  # how many of the rows with the highest bounds are tried before all are
Distance = Callable[[Tensor, Tensor], Tensor]


def squared_distances(x: Tensor, centres: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Return |x_i - c_j|^2, float [M, K], of rows x [M, d] and centres [K, d].

    ``lengths`` [M] are the |x_i|^2 if known.

    |x|^2 + |c|^2 - 2 x c, so a result far below |x|^2 + |c|^2 is rounding: below 1e-6 of it is 0,
    which makes duplicates exactly equal.
    """
    lengths = (x * x).sum(dim=1) if lengths is None else lengths
    others = (centres * centres).sum(dim=1)
    distance = (lengths[:, None] + others).addmm_(x, centres.T, alpha=-2)
    if distance.numel():
        tiny = distance.amin(dim=1) < 1e-6 * (lengths + others.amax())
        size = lengths[tiny, None] + others
        distance[tiny] = torch.where(distance[tiny] < 1e-6 * size, 0.0, distance[tiny])
    return distance


def directions(rows: Tensor) -> Tensor:
    """Return rows of length 1, float32 [M, d + 1], of rows [M, d].

    The last column is 1 where a row is all zeros (a text without known tokens) and 0 elsewhere, so
    that such rows equal each other and nothing else.
    """
    length = torch.linalg.vector_norm(rows, dim=1, keepdim=True)
    empty = length == 0
    return torch.cat([rows / torch.where(empty, 1.0, length), empty.float()], dim=1)


def farness(x: Tensor, centres: Tensor, lengths: Tensor) -> Tensor:
    """Return |x_i - c_j|^2 less |x_i|^2, which orders the centres as the distance does.

    float32 [M, K] of rows x [M, d] and centres [K, d] with |c_j|^2 = ``lengths`` [K].
    """
    return torch.addmm(lengths, x, centres.T, alpha=-2)


def nearest_columns(distances: Tensor, k: int) -> Tensor:
    """Return the ascending columns, int64 [M, k], of the k smallest of each row of float [M, K].

    Ties go to the lower column.
    """
    values = distances.numpy()
    near = values <= np.partition(values, k - 1, axis=1)[:, k - 1 : k]
    if np.count_nonzero(near) > k * len(near):
        tied = np.flatnonzero(np.count_nonzero(near, axis=1) > k)
        first = values[tied].argsort(axis=1, kind="stable")[:, :k]
        near[tied] = False
        near[tied[:, None], first] = True
    return torch.from_numpy(np.flatnonzero(near).reshape(-1, k) % values.shape[1])


class NearestCentre:
    """Squared distance of each of M rows to its nearest centre, as centres are added one by one.

    ``farthest`` gives the row with the greatest distance (times a weight). Distances only shrink,
    so an old one is an upper bound: it suffices to update the rows whose bounds are highest, unless
    the best of them falls below the others' bounds; then all rows catch up with all new centres in
    one matrix product. The result is that of updating every row for every centre.

    Args:
        distance: Gives squared distances, float [A, B], of positions [A] to positions [B].
        bounds: float64 [M], distances to the centres there are already; infinite without any.
    """

    def __init__(self, distance: Distance, bounds: Tensor) -> None:
        self.distance = distance
        self.bounds = bounds
        self.new: list[int] = []

    def add(self, row: int) -> None:
        """Make a row a centre; it will never be the farthest again."""
        self.new.append(row)
        self.bounds[row] = -torch.inf

    def farthest(self, weights: Tensor | None = None) -> int:
        """Return the row with the greatest distance x weight (> 0); ties go to the lower row."""
        keys = self.bounds if weights is None else self.bounds * weights
        top = keys.topk(min(BLOCKS[-1] + 1, len(keys)))
        for size in BLOCKS:
            if size >= len(keys):
                break
            best, key = self._best(top.indices[:size].sort().values, weights)
            if key > top.values[size]:
                return best
        for _, rows in chunks(torch.arange(len(keys))):
            self._update(rows)
        self.new = []
        return self._best(torch.arange(len(keys)), weights)[0]

    def _best(self, rows: Tensor, weights: Tensor | None) -> tuple[int, float]:
        self._update(rows)
        keys = self.bounds[rows] if weights is None else self.bounds[rows] * weights[rows]
        place = int(keys.numpy().argmax())  # the first of equals, which torch does not promise
        return int(rows[place]), float(keys[place])

    def _update(self, rows: Tensor) -> None:
        if self.new:
            near = self.distance(rows, torch.tensor(self.new)).amin(dim=1).double()
            self.bounds[rows] = torch.minimum(self.bounds[rows], near)
