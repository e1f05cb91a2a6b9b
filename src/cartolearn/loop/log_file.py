"""The run's own log file."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cartolearn.errors import InputError
from cartolearn.terminal import Plain


class _LogFile(logging.FileHandler):
    """A full disk costs lines of the log; what else cannot be written then ends the run."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's own name)
        """Print nothing, where logging would print a traceback."""
        del record


@contextmanager
def log_to(path: Path) -> Iterator[None]:
    """Append what is logged to ``path``, too, and there alone the traceback of an odd error."""
    handler = _LogFile(path, encoding="utf-8", delay=True)
    handler.setFormatter(Plain("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        yield
    except (InputError, FloatingPointError, OSError):
        raise
    except Exception:
        end = "the run ended with an error"
        level = logging.ERROR
        handler.handle(logging.LogRecord(__name__, level, __file__, 0, end, None, sys.exc_info()))
        raise
    finally:
        logging.getLogger().removeHandler(handler)
        with suppress(OSError):
            handler.close()
