"""Libraries that talk while they work."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def errors_alone(*loggers: str) -> Iterator[None]:
    """Keep what these loggers say short of an error to themselves, and then leave them as before.

    Args:
        loggers: Their names.
    """
    found = [logging.getLogger(name) for name in loggers]
    before = [logger.level for logger in found]
    for logger in found:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(found, before, strict=True):
            logger.setLevel(level)
