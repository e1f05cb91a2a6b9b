"""A progress bar on standard error for work that turns out to take over two seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress

from cartolearn.terminal import Terminal

PATIENCE = 2.0


@contextmanager
def progress_bar(description: str, total: float) -> Iterator[Callable[[float], None]]:
    """Yield a function that takes how much of ``total`` is done; the bar goes when done."""
    bar = Progress(console=Terminal(stderr=True), transient=True)
    task = bar.add_task(description, total=total)
    started = time.monotonic()
    running = False

    def advance(completed: float) -> None:
        nonlocal running
        if not running and time.monotonic() - started > PATIENCE:
            bar.start()
            running = True
        bar.update(task, completed=completed)

    try:
        yield advance
    finally:
        if running:
            bar.stop()
