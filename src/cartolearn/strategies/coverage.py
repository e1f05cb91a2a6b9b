"""Uncertainty-weighted coverage of the pool (Bae, Oliveira & Sutherland 2025)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from cartolearn.config.types import Count, Positive
from cartolearn.models.dropout import entropy
from cartolearn.models.predict import chunks
from cartolearn.strategies.base import Need, Observations, Picker, Query, Space, Strategy
from cartolearn.strategies.choose.top_n import top_n
from cartolearn.strategies.distances import directions, squared_distances
from cartolearn.strategies.greedy import facility_location
from cartolearn.strategies.margin import uncertain_margin

Weight = Literal["margin", "entropy", "pool_margin", "none"]


@dataclass(frozen=True, kw_only=True)
class Coverage(Strategy):
    """Takes, n times, the instance that adds most to the uncertainty that is covered.

    F(S) = sum_i u_i max_{j in labelled + S} k(i, j), the sum over the pool, is maximised greedily,
    which reaches at least 1 - 1/e of the best gain since F is submodular. u_i is the ``weight``
    (margin: 1 - (p_1 - p_2); pool_margin: the same of the probabilities averaged over the epochs;
    none: 1), and k(i, j) = exp(-(1 - cos(z_i, z_j)) / bandwidth), with z of ``space``, times
    sum_c sqrt(p_c(i) p_c(j)) with ``agreement``: an instance covers another if it is near and the
    model says the same of both. A pick covers itself, so a near-duplicate adds nothing.

    Picks come from the ``candidates`` of greatest u (drawn among equals; n of them if that is
    more); ties go to the greater u, then to the lower id. The score is the gain in F. Of pools with
    more than ``sample`` instances F is estimated without bias from so many draws by systematic
    sampling, with p ~ u. Where u is 0 everywhere, all count alike.

    Without ``agreement`` this is uncertainty herding without the authors' rules for temperature and
    bandwidth; with weight none besides it is MaxHerding (Bae et al. 2024) and needs no model.
    Weighted facility location goes back to Wei, Iyer & Bilmes 2015. The agreement is ours, a
    probability product kernel (Jebara et al. 2004).
    Cost: one pass, O(K (L + M) d) in matrix products, K candidates, M in the sample, and some
    O(M) for each pick; memory O(N C) and O(K M).
    """

    bandwidth: Positive = 0.4
    weight: Weight = "margin"
    agreement: bool = True
    space: Space = "features"
    candidates: Count = 2000
    sample: Count = 5000

    @property
    def all_needs(self) -> frozenset[Need]:
        """What the weight, the agreement and the space ask for."""
        needs: set[Need] = set()
        if self.weight == "pool_margin":
            needs |= {"pool_dynamics"}
        if self.agreement or self.weight in ("margin", "entropy"):
            needs |= {"probabilities"}
        if self.space == "representations":
            needs |= {"representations"}
        return frozenset(needs)

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Weigh the pool and measure what the labelled set covers; picks then cover as well."""
        u = self._weights(seen)
        if not u.any():
            u = torch.ones_like(u)
        rows, weights = drawn(u, self.sample, generator)
        sample = self._pool(seen, rows)
        reached = torch.zeros(len(rows))
        for _, places in chunks(torch.arange(len(seen.data_map.ids))):
            if len(places):
                near = self._kernel(self._labelled(seen, places), sample)
                reached = torch.maximum(reached, near.amax(dim=0))

        def pick(candidates: Tensor, n: int) -> Query:
            order = torch.randperm(len(candidates), generator=generator).numpy()
            scores = u[candidates].numpy()
            best = top_n(scores[order], np.arange(len(order)), max(self.candidates, n))
            places = np.sort(order[best.ids])
            places = places[np.argsort(-scores[places], kind="stable")]
            positions = candidates[torch.from_numpy(places)]
            similarity = torch.empty(len(positions), len(rows))
            for place, part in chunks(positions):
                similarity[place] = self._kernel(self._pool(seen, part), sample)
            chosen, gains = facility_location(similarity, weights, reached, n)
            return Query(ids=seen.pool_ids[positions[chosen]].numpy(), scores=gains)

        return pick

    def _weights(self, seen: Observations) -> Tensor:
        """Return u, float64 [N]."""
        match self.weight:
            case "none":
                return torch.ones(len(seen.pool_ids), dtype=torch.float64)
            case "pool_margin":
                return uncertain_margin(seen.pool_dynamics(0).mean_probabilities)
            case "entropy":
                return entropy(seen.probabilities).double().clamp(min=0)
        return uncertain_margin(seen.probabilities)

    def _pool(self, seen: Observations, positions: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return directions, float32 [M, d + 1], and sqrt(p) [M, C] of pool positions [M]."""
        z = directions(seen.rows(self.space, positions)[:])
        return z, seen.probabilities[positions].sqrt() if self.agreement else None

    def _labelled(self, seen: Observations, places: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return the same of places [M] in the labelled set."""
        if self.space == "features":
            z = seen.features[torch.from_numpy(seen.data_map.ids)[places]]
        else:
            z = seen.labelled_representations[places]
        p = seen.labelled_probabilities[places].sqrt() if self.agreement else None
        return directions(z), p

    def _kernel(
        self, some: tuple[Tensor, Tensor | None], others: tuple[Tensor, Tensor | None]
    ) -> Tensor:
        """Return k, float32 [A, B]; |z - z'|^2 of directions is 2 (1 - cos)."""
        k = squared_distances(some[0], others[0]).mul_(-0.5 / self.bandwidth).exp_()
        if some[1] is not None and others[1] is not None:
            k *= some[1] @ others[1].T
        return k


def drawn(u: Tensor, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return rows, int64 [M], and weights, float64 [M], whose sums estimate those of u [N].

    All rows and u itself where N <= ``size``; else ``size`` draws at equal steps of the running sum
    of u from a random start (systematic sampling), of equal weight: a row is drawn size u / sum(u)
    times on the average, so sum_m w_m f(row_m) has the mean sum_i u_i f(i).
    """
    if len(u) <= size:
        return torch.arange(len(u)), u
    running = u.cumsum(0)
    start = torch.rand((), generator=generator, dtype=torch.float64)
    marks = (torch.arange(size) + start) * (running[-1] / size)
    rows = torch.searchsorted(running, marks, right=True).clamp(max=len(u) - 1)
    return rows, torch.full((size,), float(running[-1]) / size, dtype=torch.float64)
