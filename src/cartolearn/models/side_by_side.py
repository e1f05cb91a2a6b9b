"""Several chunks of rows at a time, each with one of torch's threads."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import torch

FEWEST = 8  # chunks; fewer are done before the threads have begun
MOST = 8  # threads; more would wait for Python's lock rather than work

Map = Callable[..., Iterator[Any]]


@contextmanager
def side_by_side(chunks: int) -> Iterator[Map]:
    """Give a ``map`` whose calls, one for a chunk, run side by side, each with one thread of torch.

    As many at a time as torch has threads outside: what the calls do between matrix products uses
    all cores too. Of calls that raise, the first in order is the one that is raised; those not
    begun by then never are.
    """
    threads = torch.get_num_threads()
    if threads == 1 or chunks < FEWEST:
        yield map
        return
    torch.set_num_threads(1)  # of new threads as well
    try:
        with ThreadPoolExecutor(min(threads, MOST)) as executor:
            yield executor.map
    finally:
        torch.set_num_threads(threads)
