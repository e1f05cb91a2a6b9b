"""What a strategy is: it declares what it needs, scores the pool, and chooses a batch."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from src.cartography.data_map import DataMap

Need = Literal["probabilities", "representations", "labelled_representations"]


@dataclass(frozen=True, eq=False)
class Observations:
    """What a strategy may look at in one round. Fields that it did not ask for are None.

    Attributes:
        pool_ids: int64 [N], ascending row ids of the unlabelled pool.
        data_map: Training dynamics of the L labelled instances, in the order they were acquired.
        n_classes: Number of classes C.
        features: float32 [R, d], all rows of the dataset, indexed by row id; not to be changed.
        probabilities: float32 [N, C], p(y | x) of the pool.
        representations: float32 [N, h], Psi(x) of the pool.
        labelled_representations: float32 [L, h], Psi(x) of the labelled set, as in ``data_map``.
    """

    pool_ids: Tensor
    data_map: DataMap
    n_classes: int
    features: Tensor
    probabilities: Tensor | None = None
    representations: Tensor | None = None
    labelled_representations: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Query:
    """The batch to be labelled next.

    Attributes:
        ids: int64 [n], row ids, best first.
        scores: float64 [n], higher was picked first; NaN where the strategy has no score.
    """

    ids: NDArray[np.int64]
    scores: NDArray[np.float64]


class Strategy(Protocol):
    """An acquisition strategy."""

    needs: ClassVar[frozenset[Need]]

    def select(self, seen: Observations, n: int, generator: torch.Generator) -> Query:
        """Choose n of the N pool instances (1 <= n <= N), deterministic under ``generator``."""
        ...


def top_n(scores: Tensor, ids: Tensor, n: int) -> Query:
    """Choose the n highest of scores, float [N]; ties go to the lower of ids, int64 [N].

    Raises:
        FloatingPointError: A score is NaN; the message names row ids.
    """
    values = scores.double().numpy()
    rows = ids.numpy()
    if np.isnan(values).any():
        raise FloatingPointError(f"scores of rows {rows[np.isnan(values)][:5].tolist()} are NaN")
    order = np.lexsort((rows, -values))[:n]
    return Query(ids=rows[order], scores=values[order])


def required(value: Tensor | None) -> Tensor:
    """Return a field of Observations that the strategy declared in ``needs``.

    Raises:
        ValueError: The strategy uses something it did not declare.
    """
    if value is None:
        raise ValueError("the strategy uses an observation that it does not list in `needs`")
    return value
