"""What a strategy is shown in one round."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.pool_dynamics import PoolDynamics
from cartolearn.config.near_miss import near_miss
from cartolearn.config.schema import PART_SIZE
from cartolearn.errors import InputError
from cartolearn.models.dropout import DropoutMoments
from cartolearn.models.predict import chunks
from cartolearn.models.protocol import Matrix
from cartolearn.models.rows import Rows
from cartolearn.models.trained import PoolFunction, Trained

Need = Literal["probabilities", "representations", "dropout", "pool_dynamics"]
KNOWN_NEEDS: tuple[Need, ...] = get_args(Need)
Space = Literal["representations", "features"]
Tell = Callable[[Mapping[str, float]], None]
Seen = tuple[NDArray[Any], ...]
PartFunction = Callable[["Observations"], Seen]
Over = Callable[[PartFunction, Iterable["Observations"]], Iterable[Seen]]


def ignored(measured: Mapping[str, float]) -> None:
    """Take what a strategy has measured of itself, for nobody."""


@dataclass(frozen=True, eq=False)
class Observations:
    """What a strategy may look at in one round: computed when it is first looked at.

    Nothing here may be changed; tensors may share memory with the features on disk.

    Attributes:
        pool_ids: int64 [N], ascending row ids of the unlabelled pool.
        trained: The model, with the training dynamics of the L labelled instances.
        tell: Takes what a strategy has measured of itself, by column of ``rounds.csv``.
        part_size: Rows that are looked at at once; a larger pool is chosen from part by part.
        over: Applies a function to the parts, here or elsewhere: what it gives, in their order.
    """

    pool_ids: Tensor
    trained: Trained
    tell: Tell = ignored
    part_size: int = PART_SIZE
    over: Over = map

    def parts(self) -> Iterator["Observations"]:
        """Yield the observations of nearly equal parts of the pool; itself if it is small."""
        if len(self.pool_ids) <= self.part_size:
            yield self
            return
        for _, ids in chunks(self.pool_ids, self.part_size):
            yield replace(self, pool_ids=ids)

    @cached_property
    def n_classes(self) -> int:
        """Number of classes C."""
        return self.trained.n_classes

    @cached_property
    def data_map(self) -> DataMap:
        """Training dynamics of the labelled instances, in the order they were acquired."""
        return self.trained.data_map

    @cached_property
    def features(self) -> Matrix:
        """Frozen features float32 [R, d] of all texts of the dataset, indexed by row id.

        Where a model of texts scores few of them, those of texts it does not look at may be NaN.
        """
        inputs = self.trained.inputs
        return inputs if isinstance(inputs, Matrix) else inputs.features

    @cached_property
    def probabilities(self) -> Tensor:
        """p(y | x) of the pool, float32 [N, C]."""
        return self.trained.probabilities(self.pool_ids)

    @cached_property
    def labelled_probabilities(self) -> Tensor:
        """p(y | x) of the labelled set, float32 [L, C]."""
        return self.trained.probabilities(self._labelled_ids)

    @cached_property
    def labelled_representations(self) -> Tensor:
        """Psi(x) of the labelled set, float32 [L, h]."""
        return self.trained.represent(self._labelled_ids)

    @cached_property
    def joint_representations(self) -> Rows:
        """Psi(x) of the labelled set and then of the pool, L + N rows of h, taken when used."""
        return self.trained.representations(torch.cat([self._labelled_ids, self.pool_ids]))

    def represent(self, positions: Tensor) -> Tensor:
        """Return Psi(x), float32 [M, h], of pool positions, int64 [M]."""
        return self.trained.represent(self.pool_ids[positions])

    def map_pool(self, function: PoolFunction) -> Tensor:
        """Apply a function to the pool in chunks and join what it gives, see ``Trained.map``."""
        return self.trained.map(self.pool_ids, function)

    def dropout(self, n_samples: int, generator: torch.Generator) -> DropoutMoments:
        """Do dropout passes over the pool, drawn by ``generator``."""
        return self.trained.dropout(self.pool_ids, n_samples, generator)

    def pool_dynamics(self, skip: int) -> PoolDynamics:
        """Return the pool's training dynamics without the first ``skip`` epochs.

        Each call does one pass for every epoch that is left, unless it was called like this before.
        """
        if skip not in self._dynamics:
            self._dynamics[skip] = self.trained.dynamics(self.pool_ids, skip)
        return self._dynamics[skip]

    def rows(self, space: Space, positions: Tensor) -> Rows:
        """Return the rows, [M, h or d], of pool positions, int64 [M], taken when they are used."""
        if space == "features":
            return Rows(self.features.__getitem__, self.pool_ids[positions])
        return Rows(self.represent, positions)

    @cached_property
    def _dynamics(self) -> dict[int, PoolDynamics]:
        return {}

    @cached_property
    def _labelled_ids(self) -> Tensor:
        return torch.from_numpy(self.data_map.ids)


def refuse_unknown(needs: Iterable[str], whose: str) -> None:
    """Refuse a strategy that asks for what there is not.

    Raises:
        InputError: A need is misspelt; the message names the near miss.
    """
    for need in sorted(needs):
        if need not in KNOWN_NEEDS:
            near = near_miss(need, KNOWN_NEEDS)
            raise InputError(f"the strategy {whose} needs {need!r}, which there is not{near}")
