"""The run's own log file."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cartolearn.terminal import Plain


class _LogFile(logging.FileHandler):
    """A full disk costs lines of the log; what else cannot be written then ends the run."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's own name)
        """Print nothing, where logging would print a traceback."""
        del record


@contextmanager
def log_to(path: Path) -> Iterator[None]:
    """Append what is logged to ``path`` too."""
    handler = _LogFile(path, encoding="utf-8", delay=True)
    handler.setFormatter(Plain("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        with suppress(OSError):
            handler.close()
