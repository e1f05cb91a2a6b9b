"""The trainer in a process of its own, so that the page answers while it trains."""

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Collection, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from cartolearn.account import Report
from cartolearn.config.cli import explained
from cartolearn.data.kept_texts import give_back, keep_little
from cartolearn.errors import InputError
from cartolearn.label.page.results import Drawn, Looked, Measured, Setting
from cartolearn.label.project.entries import Pick
from cartolearn.terminal import log_to_terminal, show_what_can_be_shown

CONTEXT = multiprocessing.get_context("spawn")
LOW = 3  # how much nicer it is than the page: beside other work it still gets half as much as that
DEATHS = 3  # after which it is not started again


class TrainerApart:
    """A ``Trainer`` in a process of low priority, which ends with this one.

    It does what it is asked one after the other. Where it died, the next question starts it again.
    """

    def __init__(self, path: Path, overrides: Sequence[str]) -> None:
        """Start it, and wait until it has the features.

        Args:
            path: The project's folder.
            overrides: Options of this command.

        Raises:
            InputError: The project cannot be used, or the process ended at once.
        """
        self._given = path, tuple(overrides)
        self._lock = threading.Lock()
        self._pipe: Connection | None = None
        self._deaths = 0
        try:
            self.setting: Setting = self._ask("setting")
        except ChildProcessError as error:
            raise InputError(str(error)) from error

    def choose(self, by: str, region: Collection[int], beside: Collection[int]) -> list[Pick]:
        """Choose a batch, and write it down."""
        found: list[Pick] = self._ask("choose", by, region, beside)
        return found

    def draw(self) -> Drawn | None:
        """Map the labelled texts and the pool."""
        drawn: Drawn | None = self._ask("draw")
        return drawn

    def measure(self) -> Measured:
        """Measure how far labelling got."""
        measured: Measured = self._ask("measure")
        return measured

    def report(self) -> Report:
        """Return all that ``status`` says."""
        report: Report = self._ask("report")
        return report

    def look(self) -> Looked:
        """Ask models that did not learn the labels what they say of them."""
        looked: Looked = self._ask("look")
        return looked

    def _ask(self, name: str, *given: object) -> Any:
        """Return what a method or property of the trainer gives.

        Raises:
            InputError, FloatingPointError: As the trainer does.
            ChildProcessError: It ended by itself, or failed in another way.
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
                " anew, on a machine with more memory or with labelling.part_size=10000"
            )
        ours, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=_main, args=(theirs, *self._given), daemon=True)
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


def _main(pipe: Connection, path: Path, overrides: Sequence[str]) -> None:
    """Answer until nobody asks any more."""
    threading.Thread(target=_follow, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(LOW)
    show_what_can_be_shown()
    log_to_terminal()
    keep_little()
    trainer: Any = None
    with contextlib.suppress(EOFError):
        while True:
            name, given = pipe.recv()
            try:
                trainer = trainer or _opened(path, overrides)
                found = getattr(trainer, name)
                answer = True, found(*given) if callable(found) else found
            except Exception as error:  # noqa: BLE001 (whatever it is, the page goes on)
                answer = False, _told(error)
            pipe.send(answer)
            del answer
            give_back()


def _told(error: Exception) -> Exception:
    """Return what the page is told of an error; one that nobody foresaw goes to the terminal."""
    if isinstance(error, FloatingPointError):
        return error
    end = explained(error, "label")
    if end is None:
        traceback.print_exception(error)
        return ChildProcessError(f"training failed, see the terminal: {type(error).__name__}")
    message, code = end
    return InputError(message) if code == 2 else ChildProcessError(message)


def _opened(path: Path, overrides: Sequence[str]) -> Any:
    from cartolearn.label.page.trainer import Trainer
    from cartolearn.label.project.folder import Project

    return Trainer(Project.open(path, overrides))


def _follow() -> None:
    """End this process with the one that started it, whatever ended that."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
