"""Cartography Active Learning (Zhang & Plank 2021, Algorithm 1)."""

import logging
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.cartography.data_map import DataMap
from cartolearn.config.types import Share
from cartolearn.models.binary import BinarySettings, probability_of_one
from cartolearn.strategies.base import Need, Observations, ScoreStrategy
from cartolearn.strategies.binary_quality import copied, tell_quality

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class CAL(ScoreStrategy):
    """Picks pool instances at the border between hard-to-learn and other labelled instances.

    Labelled instances with correctness > t_cor are class 1, the others class 0. A binary
    classifier learns this on Psi(x) of the labelled set; score 0.5 - |0.5 - P(1 | Psi(x))|, so the
    smallest |0.5 - P| comes first, as in Algorithm 1, and no score is negative.
    Cost: one pass over L + N rows, and the binary classifier's training on L rows; memory O(N).

    Where all labelled instances fall on one side of t_cor there is no border to learn. Then class
    0 is the share t_cor (at least one) of the labelled instances with the lowest confidence, ties
    by id; the log says so. The paper does not say what it does there.
    """

    correctness_threshold: Share = 0.2
    classifier: BinarySettings = field(default_factory=BinarySettings)
    needs: ClassVar[frozenset[Need]] = frozenset({"representations"})

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return how close an instance is to the decision boundary, float64 [N]."""
        side = torch.from_numpy(high_correctness(seen.data_map, self.correctness_threshold))
        labelled = seen.labelled_representations
        ids = torch.from_numpy(seen.data_map.ids)
        before = copied(generator)
        binary = self.classifier.fit(labelled, side.long(), generator, ids=ids)
        learnt = probability_of_one(binary, labelled)
        rows = labelled, side.long()
        tell_quality(seen, "cal", self.classifier, before, learnt, rows, ids=ids)
        probability = seen.map_pool(lambda psi, _: probability_of_one(binary, psi))
        return 0.5 - (0.5 - probability).abs()


def high_correctness(data_map: DataMap, threshold: float) -> NDArray[np.bool_]:
    """Return bool [L]: whether an instance's correctness is above ``threshold``.

    Correctness is a ratio of epoch counts; it is compared with a margin of 1e-9 so that 2 of 10
    epochs is not above 0.2 by rounding. One-sided splits fall back on confidence, see ``CAL``.
    """
    high = data_map.correctness > threshold + 1e-9
    if high.any() and not high.all():
        return high
    n_low = max(1, round(threshold * len(high)))
    log.warning(
        "all %d labelled instances have correctness %s %.2f; the %d with the lowest confidence"
        " stand in for the low side",
        len(high),
        ">" if high.all() else "<=",
        threshold,
        n_low,
    )
    lowest = np.lexsort((data_map.ids, data_map.confidence))[:n_low]
    high = np.ones(len(high), dtype=np.bool_)
    high[lowest] = False
    return high
