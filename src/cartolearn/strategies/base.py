"""What a strategy is: it declares what it looks at, scores the pool, and chooses a batch.

Most strategies give every pool instance a score and leave the choosing to ``choose``: they derive
from ``ScoreStrategy``. Those whose picks depend on each other derive from ``Strategy``.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from cartolearn.config.somebodys import refuse_signature
from cartolearn.config.types import NonNegative
from cartolearn.errors import InputError
from cartolearn.strategies.choose.base import Choice, Query
from cartolearn.strategies.choose.top_n import TopN, top_n
from cartolearn.strategies.near_duplicates import far_apart
from cartolearn.strategies.observations import Need, Observations, Seen, Space
from cartolearn.strategies.two_steps import shortlisted
from cartolearn.text import named

__all__ = [
    "Need",
    "Observations",
    "Picker",
    "Query",
    "ScoreStrategy",
    "Space",
    "Strategy",
    "top_n",
]

Picker = Callable[[Tensor, int], Query]


@dataclass(frozen=True, kw_only=True)
class Strategy(ABC):
    """An acquisition strategy.

    Attributes:
        needs: What its class asks of the model: ``probabilities`` p(y | x), ``representations``
            Psi(x), ``dropout`` passes, ``pool_dynamics`` (then the weights of all epochs are kept).
        min_distance: Two instances of a batch are at least this far apart in cosine distance of
            their features (0 for the same direction, 1 for unrelated); the next best is taken
            instead. 0 switches it off.
        together: Whether what is picked of some rows depends on the others. Then a pool of more
            than ``part_size`` rows is chosen from in two steps, see ``two_steps``.
    """

    needs: ClassVar[frozenset[Need]] = frozenset()
    together: ClassVar[bool] = True
    min_distance: NonNegative = 0.0

    @property
    def all_needs(self) -> frozenset[Need]:
        """What this instance asks of Observations, its options considered."""
        return self.needs

    def select(
        self,
        seen: Observations,
        n: int,
        generator: torch.Generator,
        candidates: Tensor | None = None,
    ) -> Query:
        """Choose n of the pool, deterministic under ``generator``.

        Args:
            seen: The observations; what ``all_needs`` does not name may not be there.
            n: How many, at least 1 and at most the number of candidates.
            generator: The only source of chance.
            candidates: int64 [M], ascending positions in the pool; everything by default.
        """
        if candidates is None:
            if self.together and len(seen.pool_ids) > seen.part_size:
                seen = shortlisted(self._one_step, seen, n, generator)
            return self._one_step(seen, n, generator)
        return self.chooser(seen, generator)(candidates, n)

    def _one_step(self, seen: Observations, n: int, generator: torch.Generator) -> Query:
        return self.chooser(seen, generator)(torch.arange(len(seen.pool_ids)), n)

    def chooser(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Return ``picker`` with the near-duplicate guard around it."""
        pick = self.picker(seen, generator)
        return partial(far_apart, pick, seen, self.min_distance) if self.min_distance else pick

    @abstractmethod
    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Return a function that picks n of the given candidates; it may be called repeatedly."""


@dataclass(frozen=True, kw_only=True)
class ScoreStrategy(Strategy):
    """A strategy that scores every instance by itself; ``choose`` makes a batch of the scores.

    A pool of more than ``part_size`` rows is scored part by part: of the parts before only the
    scores are held, and the batch is that of all scores at once.
    """

    together: ClassVar[bool] = False

    choose: Choice = field(default_factory=TopN)

    @property
    def all_needs(self) -> frozenset[Need]:
        """What the score and the choice ask of Observations."""
        return self.needs | self.choose.needs

    def _scores(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return the scores of all parts, each drawn from the same state of the generator."""
        if self.together:
            return self._checked(seen, generator)
        scored = list(seen.over(partial(self._scored, generator.get_state()), seen.parts()))
        generator.set_state(torch.from_numpy(scored[-1][1]))
        return torch.from_numpy(np.concatenate([scores for scores, _ in scored]))

    def _scored(self, state: Tensor, part: Observations) -> Seen:
        """Return the scores of a part, and the state in which the generator is after it."""
        generator = torch.Generator()
        generator.set_state(state)
        return self._checked(part, generator).numpy(), generator.get_state().numpy()

    def _checked(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return the scores, float64 [N].

        Raises:
            InputError: They are none of N instances.
        """
        scores = self.score(seen, generator)
        if isinstance(scores, Tensor) and scores.shape == seen.pool_ids.shape:
            return scores.double()
        tensor = isinstance(scores, Tensor)
        shown = f"the shape {list(scores.shape)}" if tensor else type(scores).__name__
        raise InputError(
            f"{type(self).__module__}.{type(self).__qualname__}.score returned {shown} for"
            f" {len(seen.pool_ids)} instances; it returns a tensor [{len(seen.pool_ids)}]"
        )

    @abstractmethod
    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        """Return float64 [N], at least 0 (some choices weigh by it); higher is picked first."""

    def picker(self, seen: Observations, generator: torch.Generator) -> Picker:
        """Score the pool once; choose as often as asked.

        Raises:
            InputError: The scores are none of the pool's instances.
            FloatingPointError: A score is not finite; the message names row ids.
        """
        refuse_signature(self, "score", "observations", "a generator")
        scores = self._scores(seen, generator).numpy()
        bad = ~np.isfinite(scores)
        if bad.any():
            rows = named(seen.pool_ids.numpy()[bad])
            raise FloatingPointError(f"the score of {rows} is not finite")
        return partial(self.choose.pick, scores, seen, generator)
