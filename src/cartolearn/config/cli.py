"""How a command ends: one clear message, no traceback for a user's mistake."""

import errno
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cartolearn.errors import InputError
from cartolearn.terminal import show_what_can_be_shown, warn

GOES_ON = {"config": "; the same command goes on from the last finished round"}
LONGEST = 300  # characters of a path that are shown
CANNOT_WRITE = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
    errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP,
}  # fmt: skip


def guarded(command: Callable[[], Any], config: str = "config") -> int:
    """Run a command; return its exit code: 0, 2 for bad input, 1 for a failure, 130 for Ctrl-C.

    ``config`` names the file in ``conf/`` whose options the command takes.
    """
    show_what_can_be_shown()
    interrupted = threading.Event()
    try:
        with _noticed(interrupted):
            command()
    except Exception as error:
        end = explained(error, config)
        if end is None:
            raise
        return fail(*end)
    except (KeyboardInterrupt, SystemExit) as error:
        if isinstance(error, SystemExit) and not interrupted.is_set():
            raise
        return fail(f"stopped{GOES_ON.get(config, '')}", 130)
    return 0


@contextmanager
def _noticed(interrupted: threading.Event) -> Iterator[None]:
    """Note a Ctrl-C in the event, whatever a library makes of the ``KeyboardInterrupt``."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def note(*_: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def explained(error: Exception, config: str = "config") -> tuple[str, int] | None:
    """Return message and exit code of an error that needs no traceback; None if it does."""
    if isinstance(error, InputError):
        return str(error), 2
    if isinstance(error, FloatingPointError):
        return str(error), 1
    if "hydra" in sys.modules:
        from cartolearn.config.mistakes import hydra_mistake

        if mistake := hydra_mistake(error, config):
            return mistake
    return _cannot_write(error, config) if isinstance(error, OSError) else None


def _cannot_write(error: OSError, config: str) -> tuple[str, int] | None:
    name = f" {_short(str(error.filename))}" if error.filename else ""
    if error.errno == errno.ENOENT and _making_a_folder(error):
        return f"no folder can be made at{name}; choose another place", 2
    if error.errno not in CANNOT_WRITE:
        return None
    if error.errno == errno.ENAMETOOLONG:
        return f"the path{name} is too long for this file system; choose a shorter one", 2
    if error.errno == errno.EEXIST:
        return f"{name.strip()} is there already and is no folder; choose another place", 2
    advice = GOES_ON.get(config, "; run the same command again").removeprefix("; ")
    return f"cannot write{name}: {os.strerror(error.errno)}; when it can, {advice}", 1


def _making_a_folder(error: OSError) -> bool:
    """Tell whether an error is of ``mkdir``; file systems such as /proc take no folder."""
    return traceback.extract_tb(error.__traceback__)[-1].name in ("mkdir", "makedirs")


def _short(path: str) -> str:
    return path if len(path) <= LONGEST else f"{path[:LONGEST]}... ({len(path)} characters)"


def fail(message: str, code: int) -> int:
    """Print an error message, which may quote data; return the exit code to end with."""
    warn(f"error: {message}")
    return code
