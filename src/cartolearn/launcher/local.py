"""The sweep launcher of one machine: slots, a process a job, and it continues where it stopped.

Each job runs in a process of its own, so one that dies cannot affect the others. A slot is a CPU
core, or a share of a GPU that is named in ``CUDA_VISIBLE_DEVICES``. Imports are paid once, by a
fork server. A job whose folder holds ``done_file`` is not started; if the folder holds the job's
``config.yaml`` too, the two must agree.

In another project: ``import cartolearn.launcher.local`` before ``hydra.main`` runs, then
``hydra/launcher=slots``. The task function has to write ``done_file`` itself, last.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from hydra.errors import HydraException

from cartolearn.launcher.base import SweepLauncher
from cartolearn.launcher.interrupt import interruptions, leave
from cartolearn.launcher.plan import Job
from cartolearn.launcher.register import checked, register, target
from cartolearn.launcher.results import Outcome
from cartolearn.launcher.worker import Call, Worker, start_server, threads

if TYPE_CHECKING:
    from cartolearn.launcher.view import View

GRACE_SECONDS = 10.0


@dataclass
class LocalLauncherConf:
    """The options; conf/hydra/launcher/local.yaml says what each one does."""

    _target_: str = target(__name__, "LocalLauncher")
    jobs: int | None = None
    gpus: list[str] = field(default_factory=list)
    per_gpu: int = 1
    threads: int = 1
    preload: list[str] = field(default_factory=list)
    done_file: str = "finished.json"
    done_value: str = "value"
    rerun: bool = False
    dry_run: bool = False


class LocalLauncher(SweepLauncher):
    """Runs the jobs of a sweep side by side on this machine."""

    def __init__(self, **options: object):
        self.options = checked(LocalLauncherConf, options)
        self.slots, self.dry_run = slots(self.options), self.options.dry_run

    def side_by_side(self) -> int:
        """Return the number of slots."""
        return len(self.slots)

    def run(self, jobs: list[Job], view: "View") -> dict[str, Outcome]:
        """Run the jobs on the slots; return how each one ended, by its name."""
        few = threads(self.options.threads)
        start_server(self.options.preload, few)
        slots = [few | slot for slot in self.slots]
        with interruptions() as interrupted, view:
            outcomes = run_on_slots(jobs, slots, self.call, view, interrupted)
        if interrupted.is_set():
            leave(view)
        return outcomes


def run_on_slots(
    jobs: Sequence[Job],
    slots: Sequence[dict[str, str]],
    call: Call,
    view: "View",
    interrupted: threading.Event,
) -> dict[str, Outcome]:
    """Run each job in a process of its own, as many at once as there are slots.

    Args:
        jobs: what to run, in this order.
        slots: the environment variables of each slot.
        call: what a job calls.
        view: told of every start and end.
        interrupted: when set, all jobs are stopped, and those that had ended are returned.

    """
    outcomes: dict[str, Outcome] = {}
    waiting, free, running = deque(jobs), deque(slots), list[Worker]()
    try:
        while (waiting or running) and not interrupted.is_set():
            while waiting and free:
                running.append(Worker(waiting.popleft(), call, free.popleft()))
                view.started(running[-1].job.name)
            for worker in wait_for_any(running):
                running.remove(worker)
                free.append(worker.env)
                outcomes[worker.job.name] = outcome = worker.close()
                view.ended(worker.job.name, outcome.error)
    finally:
        stop(running)
    return outcomes


def slots(options: LocalLauncherConf) -> list[dict[str, str]]:
    """Return the environment of each slot: a GPU's name, or nothing for a CPU core.

    Raises:
        HydraException: an option is out of range.

    """
    for name in ("jobs", "per_gpu", "threads"):
        number = getattr(options, name)
        if number is not None and number < 1:
            raise HydraException(f"hydra.launcher.{name} is {number}: give 1 or more.")
    if options.gpus:
        shares = [gpu for _ in range(options.per_gpu) for gpu in options.gpus]
        return [{"CUDA_VISIBLE_DEVICES": str(gpu)} for gpu in shares][: options.jobs]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [{}] * (options.jobs or max(1, (cores or 1) // options.threads))


def wait_for_any(running: list[Worker]) -> list[Worker]:
    """Wait for a report or an end, half a second at most; return the workers that ended."""
    reports = [worker.pipe for worker in running if worker.outcome is None]
    wait([*reports, *(worker.process.sentinel for worker in running)], timeout=0.5)
    return [worker for worker in running if worker.ended()]


def stop(running: list[Worker]) -> None:
    """End the workers and all they started, with a kill for those that do not heed."""
    deadline = time.monotonic() + GRACE_SECONDS
    for worker in running:
        worker.signal(signal.SIGTERM)
    while time.monotonic() < deadline and not all(worker.ended() for worker in running):
        time.sleep(0.05)
    for worker in running:
        worker.signal(signal.SIGKILL)
        worker.process.kill()
        worker.process.join()
        worker.close()


register(LocalLauncher, "slots", LocalLauncherConf)
