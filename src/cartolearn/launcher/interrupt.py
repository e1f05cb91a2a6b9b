"""Ctrl-C as an event, so that no job is lost track of half-started."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

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
    sys.stderr.write(f"Stopped: {view.state()}. The same command continues.\n")
    raise SystemExit(130)
