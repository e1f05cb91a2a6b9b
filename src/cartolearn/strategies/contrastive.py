"""Contrastive active learning (Margatina et al. 2021)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from cartolearn.config.types import Count
from cartolearn.strategies.base import Need, Observations, ScoreStrategy
from cartolearn.strategies.distances import farness, nearest_columns

SMALLEST = 1e-12


@dataclass(frozen=True, kw_only=True)
class Contrastive(ScoreStrategy):
    """Picks what is near labelled instances in Psi but predicted differently.

    Score 1/k sum_l KL(p(. | x_l) || p(. | x)) in nats over the k = ``neighbours`` labelled
    instances nearest to x in Euclidean distance of Psi; all of them where there are fewer.
    Probabilities of x below 1e-12 count as 1e-12, so that no divergence is infinite. Margatina et
    al. take the encoder's [CLS] vector where this takes Psi.
    Cost: one pass over L + N rows, O(N L h) in matrix products, O(N k C); memory O(N).
    """

    neighbours: Count = 10
    needs: ClassVar[frozenset[Need]] = frozenset({"probabilities", "representations"})

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return the mean divergence from the neighbours, float64 [N]."""
        del generator
        labelled = seen.labelled_representations
        given = seen.labelled_probabilities.double()
        negative_entropy = torch.xlogy(given, given).sum(dim=1, keepdim=True)
        table = torch.cat([given, negative_entropy], dim=1)
        lengths = (labelled * labelled).sum(dim=1)
        k = min(self.neighbours, len(labelled))

        def divergence(psi: Tensor, probabilities: Callable[[], Tensor]) -> Tensor:
            sums = table[nearest_columns(farness(psi, labelled, lengths), k)].sum(dim=1)
            log_q = probabilities().double().clamp(min=SMALLEST).log()
            return (sums[:, -1] - (sums[:, :-1] * log_q).sum(dim=1)) / k

        return seen.map_pool(divergence).clamp(min=0)
