"""Batch active learning by diverse gradient embeddings (Ash et al. 2020, algorithm 1)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor

from cartolearn.strategies.base import Need, Observations, Picker, Query, Strategy
from cartolearn.strategies.distances import NearestCentre


@dataclass(frozen=True, kw_only=True)
class BADGE(Strategy):
    """Samples n gradient embeddings by k-means++ seeding; has no score.

    g_x = (p(. | x) - onehot(argmax_y p)) outer Psi(x), the gradient of the loss in the weights of
    the last layer if the prediction were right. The first pick is uniform, the next ones have
    p(x) ~ min_c |g_x - g_c|^2 over the picks c so far; where all are 0, the lowest id is taken.
    With a = p - onehot: |g|^2 = |a|^2 |Psi|^2 and <g, g'> = <a, a'> <Psi, Psi'>, so the N x C h
    matrix never exists. Deviation: the authors' code starts with the longest g instead of a uniform
    draw. No bias column, as in the paper. Cost: one pass, O(N (C + h)), and for each pick Psi of
    the 64 or 512 rows that may be next, or of all where that does not settle it; memory O(N C).

    A draw with p(x) ~ w_x is the largest w_x / E_x, with E_x from an exponential distribution.
    """

    needs: ClassVar[frozenset[Need]] = frozenset({"probabilities", "representations"})

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Remember the picks; the first of them has to be known for the pass over the pool."""
        centres: list[int] = []
        passed: list[GradientEmbeddings] = []

        def pick(candidates: Tensor, n: int) -> Query:
            before = len(centres)
            if not centres:
                place = torch.randint(len(candidates), (), generator=generator)
                centres.append(int(candidates[place]))
                passed.append(GradientEmbeddings.of(seen, centres[0]))
            (pool,) = passed
            bounds = torch.full((len(pool.size),), -torch.inf, dtype=torch.float64)
            bounds[candidates] = pool.to_first[candidates].double()
            bounds[centres[0]] = -torch.inf
            tracker = NearestCentre(pool.distance, bounds)
            tracker.new.extend(centres[1:])
            while len(centres) < before + n:
                centres.append(tracker.farthest(race(len(bounds), generator)))
                tracker.add(centres[-1])
            return Query(ids=seen.pool_ids[centres[before:]].numpy(), scores=np.full(n, np.nan))

        return pick


@dataclass(frozen=True, eq=False)
class GradientEmbeddings:
    """The g of the pool in factors, Psi computed where it is needed.

    Attributes:
        a: float32 [N, C], p - onehot.
        size: float32 [N], |g|^2.
        to_first: float32 [N], |g - g_first|^2.
        represent: Gives Psi(x), float32 [M, h], of pool positions [M].
    """

    a: Tensor
    size: Tensor
    to_first: Tensor
    represent: Callable[[Tensor], Tensor]

    @classmethod
    def of(cls, seen: Observations, first: int) -> Self:
        """Pass over the pool once; ``first`` is a position in it."""
        represent = seen.represent
        psi_first = represent(torch.tensor([first]))[0]

        def factors(psi: Tensor, probabilities: Callable[[], Tensor]) -> Tensor:
            a = output_gradients(probabilities())
            return torch.cat([a, (psi * psi).sum(dim=1)[:, None], (psi @ psi_first)[:, None]], 1)

        table = seen.map_pool(factors)
        a, length, product = table[:, :-2], table[:, -2], table[:, -1]
        size = (a * a).sum(dim=1) * length
        to_first = _squared_distance(size + size[first], (a @ a[first]) * product)
        return cls(a, size, to_first, represent)

    def distance(self, rows: Tensor, others: Tensor) -> Tensor:
        """Return |g - g'|^2, float32 [A, B], of pool positions [A] and [B]."""
        of_psi = self.represent(rows) @ self.represent(others).T
        product = (self.a[rows] @ self.a[others].T) * of_psi
        return _squared_distance(self.size[rows][:, None] + self.size[others], product)


def _squared_distance(total: Tensor, product: Tensor) -> Tensor:
    """Return |g|^2 + |g'|^2 - 2 <g, g'>, 0 where that is rounding."""
    out = total - 2 * product
    return torch.where(out < 1e-6 * total, 0.0, out)


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
