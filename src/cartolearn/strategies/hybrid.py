"""Several strategies, each with a share of the budget (DAL+CAL in Zhang & Plank 2021)."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cartolearn.config.near_miss import near_miss
from cartolearn.config.types import NonNegative
from cartolearn.errors import InputError
from cartolearn.generators import spawn
from cartolearn.strategies.base import Need, Observations, Picker, Query, Strategy


@dataclass(frozen=True, kw_only=True)
class Hybrid(Strategy):
    """Gives each part its share of the batch; parts choose one after the other.

    What a part took is no candidate for the next ones, so a later part takes its next best. Shares
    are weights: they need not add up to 1. What doesn't divide evenly goes to the largest
    remainders, the earlier part at a tie. Each part has a generator of its own. The query holds the
    parts' picks in turn, with their own scores, which say nothing from one part to another.
    Cost: that of the parts; what they need is computed once.
    """

    parts: dict[str, Strategy]
    shares: dict[str, NonNegative]

    def __post_init__(self) -> None:
        """Refuse shares that do not fit the parts."""
        for name in self.shares.keys() ^ self.parts.keys():
            raise InputError(
                f"strategy.shares and strategy.parts do not both have {name}"
                f"{near_miss(name, self.shares.keys() & self.parts.keys())}"
            )
        if not sum(self.shares.values()):
            raise InputError("strategy.shares are all 0; give at least one part a share")

    @property
    def all_needs(self) -> frozenset[Need]:
        """What the parts ask for."""
        return frozenset().union(*(part.all_needs for part in self.parts.values()))

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Prepare the parts; they pick in turn whenever asked."""
        pickers = [
            part.chooser(seen, torch.Generator().manual_seed(spawn(generator)))
            for part in self.parts.values()
        ]
        shares = [self.shares[name] for name in self.parts]

        def pick(candidates: Tensor, n: int) -> Query:
            queries, left = [], candidates
            for part, count in zip(pickers, budget(n, shares), strict=True):
                if count:
                    queries.append(part(left, count))
                    taken = np.isin(seen.pool_ids[left].numpy(), queries[-1].ids)
                    left = left[torch.from_numpy(~taken)]
            return Query(
                ids=np.concatenate([query.ids for query in queries]),
                scores=np.concatenate([query.scores for query in queries]),
            )

        return pick


def budget(n: int, shares: list[float]) -> list[int]:
    """Divide n by shares, by the largest remainder (Hamilton's method), ties to the earlier."""
    exact = [n * share / sum(shares) for share in shares]
    counts = [int(value) for value in exact]
    by_remainder = sorted(range(len(shares)), key=lambda part: (counts[part] - exact[part], part))
    for part in by_remainder[: n - sum(counts)]:
        counts[part] += 1
    return counts
