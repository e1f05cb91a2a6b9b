"""Parts of a pool on Ray: each is scored by a process that reads its features itself."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from cartolearn.launcher.ray_data import RayOptions, on_actors
from cartolearn.strategies.observations import Observations, PartFunction, Seen, ignored


@dataclass(frozen=True)
class OverActors:
    """A ``map`` over the parts of a pool; a pool of one part is looked at here.

    The model, and where the features lie, go to each worker once, the ids with each part; what
    comes back is what the function gives: scores, or the ids of candidates.
    """

    options: RayOptions

    def __call__(self, function: PartFunction, parts: Iterable[Observations]) -> Iterator[Seen]:
        """Yield what ``function`` gives for each part, in their order; raises as ``on_actors``."""
        listed = list(parts)
        if len(listed) < 2:
            yield from map(function, listed)
            return
        alike = replace(listed[0], pool_ids=listed[0].pool_ids[:0], tell=ignored, over=map)
        pieces = [{"ids": part.pool_ids.numpy().tobytes()} for part in listed]
        arguments = function, alike, torch.get_num_threads()
        for row in on_actors(PartWorker, arguments, pieces, self.options, "scoring", ordered=True):
            with np.load(io.BytesIO(row["seen"]), allow_pickle=False) as found:
                yield tuple(found[name] for name in found.files)


class PartWorker:
    """Looks at one part after the other.

    Args:
        function: What to do with each.
        alike: Observations of the pool, without its ids.
        threads: Of torch: sums in another number of threads may end in other digits.
    """

    def __init__(self, function: PartFunction, alike: Observations, threads: int) -> None:
        torch.set_num_threads(threads)
        self.function, self.alike = function, alike

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the function gives for the part of these ids, as bytes."""
        ids = torch.from_numpy(np.frombuffer(batch["ids"][0], dtype=np.int64).copy())
        packed = io.BytesIO()
        np.savez(packed, *self.function(replace(self.alike, pool_ids=ids)))
        return {"seen": [packed.getvalue()]}
