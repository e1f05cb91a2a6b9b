"""Level memory over many rounds."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def level_memory() -> Iterator[Callable[[], object]]:
    """Give what to call after every round, so that no round's memory outlives it.

    A trainer and what it trained refer to each other. Such cycles hold the weights and the
    optimiser's state, megabytes a round, until Python looks for them, which it does by the count of
    objects and not by their size. What was there before the rounds is not searched each time.
    """
    gc.freeze()
    try:
        yield gc.collect
    finally:
        gc.unfreeze()
