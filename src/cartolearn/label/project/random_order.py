"""A random order of all texts, fixed for ever, that the random share of every batch follows.

Picks drawn at random from what a strategy has left over say nothing about all texts, since the
strategy took the hard ones. So the random picks are the next in an order of *all* texts; a text
that has its label already is skipped, and that label counts. However many were taken, they are
a simple random sample of the project's texts.

The last of the order are set aside: with labelling.set_aside no strategy is offered them while
there are others. So they, too, are a fair sample, without labels: what two models say of them shows
what labels change.
"""

import hashlib
from collections.abc import Collection
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cartolearn.id_sets import without

ASIDE, ASIDE_SHARE = 1000, 5  # texts, and one in so many
BLOCK = 65_536  # ids whose hashes are held as objects at a time


@lru_cache(maxsize=4)
def random_order(size: int, seed: int) -> NDArray[np.int64]:
    """Return the ids 0 to size - 1, int64 [R], by a hash of seed and id; read-only."""
    keys = np.empty(size, dtype=np.uint64)
    for start in range(0, size, BLOCK):
        some = range(start, min(start + BLOCK, size))
        hashes = (hashlib.blake2b(b"%d/%d" % (seed, i), digest_size=8).digest() for i in some)
        keys[start : some.stop] = np.frombuffer(b"".join(hashes), dtype=">u8")
    order = np.argsort(keys, kind="stable").astype(np.int64)
    order.setflags(write=False)
    return order


def next_in_order(
    order: NDArray[np.int64], taken: Collection[int], count: int
) -> NDArray[np.int64]:
    """Return the first ``count`` ids of ``order`` that are not in ``taken``."""
    return without(order, taken)[:count]


def sample_so_far(order: NDArray[np.int64], asked: Collection[int]) -> NDArray[np.int64]:
    """Return the ids up to the last one of ``asked`` in ``order``: a random sample of all texts."""
    places = np.flatnonzero(np.isin(order, np.fromiter(asked, dtype=np.int64, count=len(asked))))
    return order[: places[-1] + 1] if len(places) else order[:0]


def set_aside(size: int, seed: int) -> NDArray[np.int64]:
    """Return the ids that are set aside, int64: the last fifth of the order, 1,000 at most."""
    return random_order(size, seed)[size - min(ASIDE, size // ASIDE_SHARE) :]
