"""What a choice is: it makes a batch of scores."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.strategies.observations import Need, Observations


@dataclass(frozen=True, eq=False)
class Query:
    """The batch to be labelled next.

    Attributes:
        ids: int64 [n], row ids, best first.
        scores: float64 [n], higher was picked first; NaN where the strategy has no score.
    """

    ids: NDArray[np.int64]
    scores: NDArray[np.float64]


@dataclass(frozen=True)
class Choice(ABC):
    """Makes a batch of scores."""

    @property
    def needs(self) -> frozenset[Need]:
        """What it asks of Observations."""
        return frozenset()

    @abstractmethod
    def pick(
        self,
        scores: NDArray[np.float64],
        seen: Observations,
        generator: torch.Generator,
        candidates: Tensor,
        n: int,
    ) -> Query:
        """Choose n of ``candidates``, int64 [M] pool positions, by their scores [N]."""
