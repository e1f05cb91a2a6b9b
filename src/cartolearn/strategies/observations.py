"""What a strategy is shown in one round."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

import torch
from torch import Tensor

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.pool_dynamics import PoolDynamics
from cartolearn.models.dropout import DropoutMoments
from cartolearn.strategies.rows import Rows

Need = Literal[
    "probabilities",
    "representations",
    "labelled_probabilities",
    "labelled_representations",
    "joint_representations",
    "map_pool",
    "represent",
    "dropout",
    "pool_dynamics",
]
Space = Literal["representations", "features"]
PoolFunction = Callable[[Tensor, Callable[[], Tensor]], Tensor]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Observations:
    """What a strategy may look at in one round. Fields that it did not ask for are None.

    Nothing here may be changed; tensors may share memory with the features on disk.

    Attributes:
        pool_ids: int64 [N], ascending row ids of the unlabelled pool.
        data_map: Training dynamics of the L labelled instances, in the order they were acquired.
        n_classes: Number of classes C.
        features: float32 [R, d], all rows of the dataset, indexed by row id.
        probabilities: float32 [N, C], p(y | x) of the pool.
        representations: float32 [N, h], Psi(x) of the pool.
        labelled_probabilities: float32 [L, C], as in ``data_map``.
        labelled_representations: float32 [L, h], as in ``data_map``.
        joint_representations: Psi(x) of the labelled set and then of the pool, L + N rows of h; the
            last of them are computed whenever they are taken, so that less is held than features.
        map_pool: Applies a function of Psi(x), float32 [B, h], and of a call that gives p(y | x),
            float32 [B, C], to the pool in chunks, several at a time, and joins what it gives; Psi
            of the whole pool is not held.
        represent: Gives Psi(x), float32 [M, h], of pool positions, int64 [M].
        dropout: Does n_samples dropout passes over the pool under a generator when called.
        pool_dynamics: Gives the pool's training dynamics when called with the number of first
            epochs to leave out; each call does one pass for every epoch that is left.
    """

    pool_ids: Tensor
    data_map: DataMap
    n_classes: int
    features: Tensor
    probabilities: Tensor | None = None
    representations: Tensor | None = None
    labelled_probabilities: Tensor | None = None
    labelled_representations: Tensor | None = None
    joint_representations: Rows | None = None
    map_pool: Callable[[PoolFunction], Tensor] | None = None
    represent: Callable[[Tensor], Tensor] | None = None
    dropout: Callable[[int, torch.Generator], DropoutMoments] | None = None
    pool_dynamics: Callable[[int], PoolDynamics] | None = None

    def rows(self, space: Space, positions: Tensor) -> Rows:
        """Return the rows, [M, h or d], of pool positions, int64 [M], taken when they are used."""
        if space == "features":
            return Rows(self.features.__getitem__, self.pool_ids[positions])
        if self.representations is None:
            return Rows(required(self.represent), positions)
        return Rows(self.representations.__getitem__, positions)


def required(value: T | None) -> T:
    """Return a field of Observations that the strategy declared in ``needs``.

    Raises:
        ValueError: The strategy uses something it did not declare.
    """
    if value is None:
        raise ValueError("the strategy uses an observation that it does not list in `needs`")
    return value
