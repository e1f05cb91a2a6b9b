"""Discriminative active learning (Gissin & Shalev-Shwartz 2019)."""

from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor

from cartolearn.config.types import Share
from cartolearn.models.binary import BinarySettings, probability_of_one
from cartolearn.strategies.base import Need, Observations, ScoreStrategy
from cartolearn.strategies.binary_quality import copied, tell_quality


@dataclass(frozen=True, kw_only=True)
class DAL(ScoreStrategy):
    """Picks what looks least like the labelled set: score P(unlabelled | Psi(x)).

    A binary classifier learns labelled (0) against unlabelled (1) on Psi(x) of the whole pool and
    the whole labelled set, with weighted cross-entropy. Cost: one pass over L + N rows, and
    training on L + N rows, which is what takes the time; memory O((L + N) d), see ``Trained``.

    ``sample`` below 1 gives every epoch the labelled set and a fresh share of the pool instead; the
    class weights then count the share. As in the CAL paper the batch is chosen at once; Gissin &
    Shalev-Shwartz choose it in parts, train anew between them, and stop at 98 % accuracy.
    """

    classifier: BinarySettings = field(default_factory=BinarySettings)
    sample: Share = 1.0
    needs: ClassVar[frozenset[Need]] = frozenset({"representations"})
    together: ClassVar[bool] = True

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return how surely an instance is unlabelled, float64 [N]."""
        joint, n_labelled = seen.joint_representations, len(seen.data_map.ids)
        unlabelled = (torch.arange(len(joint)) >= n_labelled).long()
        ids = torch.cat([torch.from_numpy(seen.data_map.ids), seen.pool_ids])
        before = copied(generator)
        binary = self.classifier.fit(joint, unlabelled, generator, self.sample, ids)
        of_pool = probability_of_one(binary, joint.some(slice(n_labelled, None)))
        learnt = torch.cat([probability_of_one(binary, joint.some(slice(n_labelled))), of_pool])
        rows = joint, unlabelled
        tell_quality(
            seen, "dal", self.classifier, before, learnt, rows, share_of_ones=self.sample, ids=ids
        )
        return of_pool
