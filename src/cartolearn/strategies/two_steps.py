"""Choosing from a pool in two steps: each part of it names candidates, one batch is made of these.

Distributed greedy selection (Mirzasoleiman et al. 2013, "Distributed submodular maximization"): the
picks of every part, and then the picks among these. A random sample of each part stands beside its
picks, so that what is chosen together is measured against the pool and not against its extremes.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from cartolearn.generators import generator as generator_of
from cartolearn.generators import spawn
from cartolearn.id_sets import without
from cartolearn.strategies.choose.base import Query
from cartolearn.strategies.observations import Observations, Seen

CANDIDATES = 2000  # of each part, or 20 for every pick of the batch if that is more

Select = Callable[[Observations, int, torch.Generator], Query]


def shortlisted(
    select: Select, seen: Observations, n: int, generator: torch.Generator
) -> Observations:
    """Return the observations of the candidates alone.

    Args:
        select: Picks n of a part.
        seen: The observations of the whole pool.
        n: How many the batch has.
        generator: The only source of chance.
    """
    count = max(CANDIDATES, 20 * n)
    candidates = partial(_candidates, select, n, count, spawn(generator))
    ids = np.concatenate([part for (part,) in seen.over(candidates, seen.parts())])
    return replace(seen, pool_ids=torch.from_numpy(ids))


def _candidates(select: Select, n: int, count: int, seed: int, part: Observations) -> Seen:
    """Return the candidates of a part, ascending; each part draws by a seed of its own."""
    random = generator_of(seed, "part", int(part.pool_ids[0]))
    own = select(part, min(n, len(part.pool_ids)), random).ids
    others = without(part.pool_ids.numpy(), own)
    order = torch.randperm(len(others), generator=random).numpy()
    sample = others[order[: count - len(own)]]
    return (np.sort(np.concatenate([own, sample])),)
