"""Sampling without replacement by score (Kirsch et al. 2023, Stochastic Batch Acquisition)."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.config.types import Positive
from cartolearn.errors import InputError
from cartolearn.strategies.choose.base import Choice, Query
from cartolearn.strategies.choose.top_n import top_n
from cartolearn.strategies.observations import Observations


def gumbel_noise(size: int, beta: float, generator: torch.Generator) -> NDArray[np.float64]:
    """Return ``size`` draws, float64, of Gumbel(0, 1 / beta): -log(E) / beta, E exponential.

    The n highest of s_i + noise_i are n draws without replacement with p_i ~ exp(beta s_i).
    """
    exponential = torch.empty(size, dtype=torch.float64).exponential_(generator=generator)
    noise: Tensor = -exponential.clamp(min=1e-300).log() / beta
    return noise.numpy()


@dataclass(frozen=True)
class Gumbel(Choice):
    """Draws with p_i ~ exp(beta s_i): the top n of s_i + Gumbel(0, 1 / beta) ("softmax" there).

    The query's scores are these noisy ones. High beta comes near top n, low beta near random.
    """

    beta: Positive = 1.0

    def pick(
        self,
        scores: NDArray[np.float64],
        seen: Observations,
        generator: torch.Generator,
        candidates: Tensor,
        n: int,
    ) -> Query:
        """Draw n of the candidates."""
        noisy = scores[candidates.numpy()] + gumbel_noise(len(candidates), self.beta, generator)
        return top_n(noisy, seen.pool_ids[candidates].numpy(), n)


@dataclass(frozen=True)
class Power(Choice):
    """Draws with p_i ~ s_i^beta: the top n of log s_i + Gumbel(0, 1 / beta).

    Does not depend on the unit of the score. Scores of 0 are drawn last, by id; the query's scores
    are the noisy logarithms.
    """

    beta: Positive = 1.0

    def pick(
        self,
        scores: NDArray[np.float64],
        seen: Observations,
        generator: torch.Generator,
        candidates: Tensor,
        n: int,
    ) -> Query:
        """Draw n of the candidates.

        Raises:
            InputError: A score is negative.
        """
        wanted = scores[candidates.numpy()]
        if (wanted < 0).any():
            raise InputError("choose=power needs scores of at least 0; take gumbel or top_n")
        noise = gumbel_noise(len(candidates), self.beta, generator)
        logarithm = np.log(wanted, where=wanted > 0, out=np.full(len(wanted), -1e300))
        return top_n(logarithm + noise, seen.pool_ids[candidates].numpy(), n)
