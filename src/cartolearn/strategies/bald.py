"""Bayesian active learning by disagreement (Houlsby et al. 2011), by dropout (Gal et al. 2017)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from cartolearn.config.types import Count
from cartolearn.models.dropout import entropy
from cartolearn.strategies.base import Need, Observations, ScoreStrategy


@dataclass(frozen=True, kw_only=True)
class BALD(ScoreStrategy):
    """Scores the predictions p_t(y | x) of T = ``n_samples`` passes with dropout on, in bits.

    ``max_entropy``: H(1/T sum_t p_t), which is what the CAL paper reports as BALD.
    ``mutual_information``: H(1/T sum_t p_t) - 1/T sum_t H(p_t), which is BALD's own definition.

    A pass draws one thinned network for the whole pool, not new units for every row, see
    ``cartolearn.models.dropout``. Cost: T thinned passes, O(TNC) beyond them.
    """

    n_samples: Count = 10
    scoring: Literal["max_entropy", "mutual_information"] = "max_entropy"
    needs: ClassVar[frozenset[Need]] = frozenset({"dropout"})

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return the entropy of the mean, less the mean entropy if asked, float64 [N]."""
        moments = seen.dropout(self.n_samples, generator)
        total = entropy(moments.mean)
        if self.scoring == "mutual_information":
            total = total - moments.mean_entropy
        return total.clamp(min=0)
