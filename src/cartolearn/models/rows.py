"""Some rows of a matrix, without a copy of them, and a matrix of which only a part is held."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Rows:
    """M rows, in an order; indexing gives copies of those asked for.

    Attributes:
        take: Gives rows, float32 [m, d], of their places, int64 [m]: from a matrix, or computed.
        places: int64 [M].
    """

    take: Callable[[Tensor], Tensor]
    places: Tensor

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, positions: Tensor | slice) -> Tensor:
        """Return float32 [m, d] of positions [m] in ``places``."""
        return self.take(self.places[positions])

    def some(self, positions: Tensor | slice) -> "Rows":
        """Return those at ``positions``, int64 [m], without taking them yet."""
        return Rows(self.take, self.places[positions])


def all_rows(matrix: Tensor) -> Rows:
    """Return Rows of a whole matrix."""
    return Rows(matrix.__getitem__, torch.arange(len(matrix)))


@dataclass(frozen=True, eq=False)
class PartlyHeld:
    """A matrix whose first rows are held and whose others are computed whenever they are taken.

    Attributes:
        held: float32 [H, h].
        compute: Gives rows, float32 [m, h], of their places, int64 [m].
    """

    held: Tensor
    compute: Callable[[Tensor], Tensor]

    def __call__(self, places: Tensor) -> Tensor:
        """Return float32 [m, h] of places [m]."""
        absent = (places >= len(self.held)).nonzero()[:, 0]
        if len(absent) == len(places):
            return self.compute(places)
        rows = self.held[places.clamp(max=len(self.held) - 1)]
        return rows.index_copy_(0, absent, self.compute(places[absent])) if len(absent) else rows
