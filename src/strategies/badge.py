"""Batch active learning by diverse gradient embeddings (Ash et al. 2020, algorithm 1)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from src.strategies.base import Need, Observations, Picker, Query, Strategy, required
from src.strategies.distances import NearestCentre


@dataclass(frozen=True, kw_only=True)
class BADGE(Strategy):
    """Samples n gradient embeddings by k-means++ seeding; has no score.

    g_x = (p(. | x) - onehot(argmax_y p)) outer Psi(x), the gradient of the loss in the weights of
    the last layer if the prediction were right. The first pick is uniform, the next ones have
    p(x) ~ min_c |g_x - g_c|^2 over the picks c so far; where all are 0, the lowest id is taken.
    With a = p - onehot: |g|^2 = |a|^2 |Psi|^2 and <g, g'> = <a, a'> <Psi, Psi'>, so the N x C h
    matrix never exists. Deviation: the authors' code starts with the longest g instead of a uniform
    draw. Cost: O(n N (C + h)) at most, memory O(N C). No bias column, as in the paper.

    A draw with p(x) ~ w_x is the largest w_x / E_x, with E_x from an exponential distribution.
    """

    needs: ClassVar[frozenset[Need]] = frozenset({"probabilities", "representations"})

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Prepare both factors of the gradient embeddings."""
        psi = required(seen.representations)
        a = output_gradients(required(seen.probabilities))
        length = torch.cat([torch.linalg.vector_norm(rows, dim=1) for rows in psi.split(1024)])
        size = (a * a).sum(dim=1) * length**2
        centres: list[int] = []

        def distance(rows: Tensor, others: Tensor) -> Tensor:
            total = size[rows][:, None] + size[others]
            product = (a[rows] @ a[others].T) * (psi[rows] @ psi[others].T)
            out = total - 2 * product
            return torch.where(out < 1e-6 * total, 0.0, out)

        def pick(candidates: Tensor, n: int) -> Query:
            bounds = torch.full((len(a),), -torch.inf, dtype=torch.float64)
            bounds[candidates] = torch.inf
            tracker = NearestCentre(distance, bounds)
            tracker.new.extend(centres)
            for _ in range(n):
                if centres:
                    row = tracker.farthest(race(len(a), generator))
                else:
                    place = torch.randint(len(candidates), (), generator=generator)
                    row = int(candidates[place])
                tracker.add(row)
                centres.append(row)
            return Query(ids=seen.pool_ids[centres[-n:]].numpy(), scores=np.full(n, np.nan))

        return pick


def output_gradients(probabilities: Tensor) -> Tensor:
    """Return p - onehot(argmax p), float32 [N, C], of probabilities [N, C]."""
    top = probabilities.argmax(dim=1, keepdim=True)
    return probabilities.scatter_add(1, top, torch.tensor(-1.0).expand(top.shape))


def race(size: int, generator: torch.Generator) -> Tensor:
    """Return 1 / E, float64 [size], E exponential: the largest w / E is a draw with p ~ w.

    E = -log u with u uniform in (0, 1), which takes half the time of ``exponential_``.
    """
    uniform = torch.rand(size, generator=generator, dtype=torch.float64)
    return uniform.clamp_(min=2.0**-53).log_().reciprocal_().neg_()
