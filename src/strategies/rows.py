"""Some rows of a matrix, without a copy of them."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Rows:
    """M rows of a matrix, in an order; indexing gives copies of those asked for.

    Attributes:
        matrix: float32 [R, d].
        places: int64 [M], rows of ``matrix``.
    """

    matrix: Tensor
    places: Tensor

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, positions: Tensor | slice) -> Tensor:
        """Return float32 [m, d] of positions [m] in ``places``."""
        return self.matrix[self.places[positions]]


def all_rows(matrix: Tensor) -> Rows:
    """Return Rows of a whole matrix."""
    return Rows(matrix, torch.arange(len(matrix)))
