"""No two nearly equal texts in one batch."""

import logging
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.models.predict import chunks
from cartolearn.strategies.choose.base import Query
from cartolearn.strategies.distances import directions
from cartolearn.strategies.observations import Observations

log = logging.getLogger(__name__)


def far_apart(
    pick: Callable[[Tensor, int], Query],
    seen: Observations,
    min_distance: float,
    candidates: Tensor,
    n: int,
) -> Query:
    """Pick n candidates that are at least ``min_distance`` apart, the next best in place of others.

    Picks are kept in their order unless one before them is too near; what is too near to a kept
    one leaves the candidates, and what is missing is picked from the rest and comes last. Where the
    pool holds no more instances that are far enough apart, near ones fill the batch, and the log
    says so.

    Cost: O(M n d) in matrix products, on the features; memory beyond them only chunks.
    """
    kept = Query(ids=np.empty(0, dtype=np.int64), scores=np.empty(0))
    left = candidates
    while len(kept.ids) < n and len(left):
        query = pick(left, min(n - len(kept.ids), len(left)))
        query = _keep(
            query,
            _first_of_each(directions(seen.features[torch.from_numpy(query.ids)]), min_distance),
        )
        kept = _join(kept, query)
        left = left[~_near(seen, left, query.ids, min_distance)]
    if len(kept.ids) < n:
        log.warning(
            "only %d instances are %g apart; near ones fill up", len(kept.ids), min_distance
        )
        taken = np.isin(seen.pool_ids[candidates].numpy(), kept.ids)
        kept = _join(kept, pick(candidates[torch.from_numpy(~taken)], n - len(kept.ids)))
    return kept


def _first_of_each(unit: Tensor, min_distance: float) -> NDArray[np.int64]:
    """Return the places of rows [m, d] that are not too near to one that is kept before them."""
    near = (1 - unit @ unit.T < min_distance).numpy()
    kept: list[int] = []
    for place in range(len(near)):
        if not near[place, kept].any():
            kept.append(place)
    return np.array(kept, dtype=np.int64)


def _near(
    seen: Observations, candidates: Tensor, ids: NDArray[np.int64], min_distance: float
) -> Tensor:
    """Return bool [M]: which candidates are one of ``ids`` or too near to one of them."""
    kept = directions(seen.features[torch.from_numpy(ids)])
    near = torch.empty(len(candidates), dtype=torch.bool)
    for place, chunk in chunks(candidates):
        rows = seen.pool_ids[chunk]
        distance = 1 - directions(seen.features[rows]) @ kept.T
        taken = torch.from_numpy(np.isin(rows.numpy(), ids))
        near[place] = (distance < min_distance).any(dim=1) | taken
    return near


def _keep(query: Query, places: NDArray[np.int64]) -> Query:
    return Query(ids=query.ids[places], scores=query.scores[places])


def _join(first: Query, second: Query) -> Query:
    return Query(
        ids=np.concatenate([first.ids, second.ids]),
        scores=np.concatenate([first.scores, second.scores]),
    )
