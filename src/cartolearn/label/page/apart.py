"""What trains, in a process of its own, so that the page answers meanwhile."""

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from cartolearn.config.cli import explained
from cartolearn.data.kept_texts import give_back, keep_little
from cartolearn.errors import InputError
from cartolearn.system import lower_priority
from cartolearn.terminal import log_to_terminal, show_what_can_be_shown

CONTEXT = multiprocessing.get_context("spawn")
LOW = 3  # how much nicer it is than the page: beside other work it still gets half as much as that
DEATHS = 3  # after which it is not started again


@dataclass(frozen=True)
class Work:
    """What is done in another process.

    Attributes:
        opens: Returns the object that is asked there, of a folder and with options of this command;
            a function of a module.
        config: The file in ``conf/`` whose options these are.
        lighter: An option with which it takes less memory.
    """

    opens: Callable[[Path, Sequence[str]], Any]
    config: str
    lighter: str


class Apart:
    """An object in a process of low priority, which ends with this one.

    It does what it is asked one after the other. Where it died, the next question starts it again.
    """

    def __init__(self, work: Work, path: Path, overrides: Sequence[str]) -> None:
        """Remember what to open; the first question starts the process.

        Args:
            work: What is done there.
            path: The folder that it is of.
            overrides: Options of this command.
        """
        self._work, self._given = work, (path, tuple(overrides))
        self._lock = threading.Lock()
        self._pipe: Connection | None = None
        self._deaths = 0

    def ask(self, name: str, *given: object) -> Any:
        """Return what a method or property of the object gives.

        Raises:
            InputError, FloatingPointError: As the object does, or opening it.
            ChildProcessError: The process ended by itself, or failed in another way.
        """
        with self._lock:
            try:
                pipe = self._pipe = self._pipe or self._started()
                pipe.send((name, given))
                fine, value = pipe.recv()
            except (EOFError, ConnectionError) as error:
                self._pipe = None
                self._deaths += 1
                raise ChildProcessError(
                    "the process that trains ended by itself, perhaps for want of memory; answers"
                    " are kept"
                ) from error
        if fine:
            return value
        raise value

    def _started(self) -> Connection:
        if self._deaths == DEATHS:
            raise ChildProcessError(
                f"the process that trains ended {DEATHS} times; answers are kept. Serve the page"
                f" anew, on a machine with more memory or with {self._work.lighter}"
            )
        ours, theirs = CONTEXT.Pipe()
        given = theirs, self._work, *self._given
        self._process = CONTEXT.Process(target=_main, args=given, daemon=True)
        with _interrupts_ignored():
            self._process.start()
        theirs.close()
        return ours


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C, which a process that is started meanwhile inherits."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _main(pipe: Connection, work: Work, path: Path, overrides: Sequence[str]) -> None:
    """Answer until nobody asks any more."""
    threading.Thread(target=_follow, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lower_priority(LOW)
    show_what_can_be_shown()
    log_to_terminal()
    keep_little()
    opened: Any = None
    with contextlib.suppress(EOFError):
        while True:
            name, given = pipe.recv()
            try:
                opened = opened or work.opens(path, overrides)
                found = getattr(opened, name)
                answer = True, found(*given) if callable(found) else found
            except Exception as error:  # noqa: BLE001 (whatever it is, the page goes on)
                answer = False, _told(error, work.config)
            pipe.send(answer)
            del answer
            gc.collect()  # trainings leave cycles that hold their weights
            give_back()


def _told(error: Exception, config: str) -> Exception:
    """Return what the page is told of an error; one that nobody foresaw goes to the terminal."""
    if isinstance(error, FloatingPointError):
        return error
    end = explained(error, config)
    if end is None:
        traceback.print_exception(error)
        return ChildProcessError(f"training failed, see the terminal: {type(error).__name__}")
    message, code = end
    return InputError(message) if code == 2 else ChildProcessError(message)


def _follow() -> None:
    """End this process with the one that started it, whatever ended that."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
