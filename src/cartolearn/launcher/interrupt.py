"""Ctrl-C as an event, so that no job is lost track of half-started."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cartolearn.terminal import warn

if TYPE_CHECKING:
    from cartolearn.launcher.view import View


@contextmanager
def interruptions() -> Iterator[threading.Event]:
    """Turn Ctrl-C and SIGTERM into an event while the block runs."""
    event = threading.Event()
    before = {n: signal.signal(n, lambda *_: event.set()) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave(view: "View") -> None:
    """End the program after an interruption, and say how to go on."""
    warn(f"Stopped: {view.state()}. The same command continues.")
    raise SystemExit(130)
