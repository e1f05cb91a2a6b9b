"""Jobs that another engine runs elsewhere: what is called there, and how they are followed here."""

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hydra.errors import HydraException

from cartolearn.launcher.interrupt import interruptions, leave
from cartolearn.launcher.plan import Job
from cartolearn.launcher.results import Outcome
from cartolearn.launcher.worker import LOG, Call, redirect_output, run

if TYPE_CHECKING:
    from cartolearn.launcher.view import View

SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True)
class Batch:
    """Jobs that run as one allocation: a single one, or several side by side in processes.

    ``folder`` is the directory the sweep was started in, to which relative paths refer; ``written``
    says how the logs of the jobs were before this sweep.
    """

    jobs: Sequence[Job]
    call: Call
    folder: str
    written: Sequence[int]

    def __call__(self) -> list[Outcome]:
        """Run the jobs here; return how each one ended."""
        os.chdir(self.folder)
        if len(self.jobs) > 1:
            return self._side_by_side()
        redirect_output(self.jobs[0])
        return [run(self.jobs[0], self.call)]

    def begun(self) -> bool:
        """Tell whether a job has begun: the first thing it does is to touch its log."""
        return written(self.jobs) != self.written

    def _side_by_side(self) -> list[Outcome]:
        from cartolearn.launcher.slots import run_on_slots
        from cartolearn.launcher.view import View

        view = View(len(self.jobs), 0, len(self.jobs))
        slots: list[dict[str, str]] = [{} for _ in self.jobs]
        outcomes = run_on_slots(self.jobs, slots, self.call, view, threading.Event())
        return [outcomes[job.name] for job in self.jobs]


class Handle(Protocol):
    """A batch that was handed to an engine."""

    batch: Batch

    def outcomes(self) -> list[Outcome] | None:
        """Return how its jobs ended, or None while they have not."""

    def cancel(self) -> None:
        """Take it back, running or not."""


def follow(handles: Sequence[Handle], view: "View") -> dict[str, Outcome]:
    """Wait for all batches and return how each job ended, by its name.

    Raises:
        SystemExit: 130 after Ctrl-C, when every batch has been cancelled.

    """
    found: dict[str, Outcome] = {}
    left = list(handles)
    with interruptions() as interrupted, view:
        while left and not interrupted.is_set():
            for handle in list(left):
                _show_started(handle, view)
                ended = handle.outcomes()
                if ended is not None:
                    left.remove(handle)
                    found |= _take(handle, ended, view)
            time.sleep(SECONDS_BETWEEN_LOOKS if left else 0)
        for handle in left:
            handle.cancel()
    if interrupted.is_set():
        leave(view)
    return found


def _show_started(handle: Handle, view: "View") -> None:
    names = [job.name for job in handle.batch.jobs]
    if not any(name in view.running for name in names) and handle.batch.begun():
        for name in names:
            view.started(name)


def _take(handle: Handle, ended: list[Outcome], view: "View") -> dict[str, Outcome]:
    for job, outcome in zip(handle.batch.jobs, ended, strict=True):
        if job.name not in view.running:  # began and ended between two looks
            view.started(job.name)
        view.ended(job.name, outcome.error)
    return {job.name: outcome for job, outcome in zip(handle.batch.jobs, ended, strict=True)}


def batches(jobs: Sequence[Job], packed: int, call: Call) -> list[Batch]:
    """Cut the jobs into batches of ``packed``.

    Raises:
        HydraException: The task function cannot be imported elsewhere.

    """
    if packed < 1:
        raise HydraException(f"hydra.launcher.packed is {packed}: give 1 or more.")
    if call.where[0] == "__main__":
        raise HydraException("Start the program as 'python -m MODULE', so that jobs can import it.")
    here = str(Path.cwd())
    parts = [jobs[i : i + packed] for i in range(0, len(jobs), packed)]
    return [Batch(part, call, here, written(part)) for part in parts]


def written(jobs: Sequence[Job]) -> list[int]:
    """Return when each job's log was last written, in nanoseconds; 0 where there is none."""
    logs = [job.folder / LOG for job in jobs]
    return [log.stat().st_mtime_ns if log.exists() else 0 for log in logs]
