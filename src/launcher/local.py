"""The sweep launcher of one machine: slots, a process a job, and it continues where it stopped.

Each job runs in a process of its own, so one that dies takes nobody along. A slot is a CPU core, or
a share of a GPU that is named in ``CUDA_VISIBLE_DEVICES``. Imports are paid once, by a fork server.
A job whose folder holds ``done_file`` is not started.

In another project: ``import src.launcher.local`` before ``hydra.main`` runs, then
``hydra/launcher=slots``. The task function has to write ``done_file`` itself, last.
"""

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, cast

from hydra.core.utils import JobReturn, configure_log, setup_globals
from hydra.errors import HydraException
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from src.launcher.plan import ComposedOnce, Job, compose, keep, repeat_command
from src.launcher.register import register, target
from src.launcher.results import Outcome, result
from src.launcher.worker import Worker, start_server

if TYPE_CHECKING:
    from src.launcher.view import View

GRACE_SECONDS = 10.0
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


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


class LocalLauncher(Launcher):
    """Runs the jobs of a sweep side by side on this machine."""

    def __init__(self, **options: object):
        checked = OmegaConf.merge(OmegaConf.structured(LocalLauncherConf), options)
        self.options = cast("LocalLauncherConf", OmegaConf.to_object(checked))
        self.slots = slots(self.options)

    def setup(
        self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig
    ) -> None:
        """Take what Hydra hands over before the first batch of jobs."""
        self.context, self.task, self.config = replace(hydra_context), task_function, config
        # The sweeper holds the same context and composes all jobs before it launches any.
        self.loader = ComposedOnce(hydra_context.config_loader)
        hydra_context.config_loader = self.loader  # type: ignore[assignment]

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Run the jobs and return their results in the order given.

        Raises:
            SystemExit: 130 after Ctrl-C, when every job has been stopped; 0 after a dry run.

        """
        from src.launcher.preview import dry_run
        from src.launcher.view import View

        setup_globals()
        configure_log(self.config.hydra.hydra_logging, self.config.hydra.verbose)
        jobs = compose(self.loader, self.config, job_overrides, initial_job_idx)
        if self.options.dry_run:
            dry_run(jobs, len(self.slots))
            raise SystemExit(0)
        missing = list({job.name: job for job in jobs if not job.done}.values())
        keep(job for job in missing if not job.finished_before)
        outcomes = self.run(missing, View(len(jobs), len(jobs) - len(missing), len(self.slots)))
        return [result(job, outcomes.get(job.name)) for job in jobs]

    def run(self, jobs: list[Job], view: "View") -> dict[str, Outcome]:
        """Run ``jobs`` on the slots; return each one's outcome by its name."""
        outcomes: dict[str, Outcome] = {}
        waiting, free, running = deque(jobs), deque(self.slots), list[Worker]()
        if jobs:
            start_server(self.options.preload, threads(self.options))
        with interruptions() as interrupted, view:
            try:
                while (waiting or running) and not interrupted.is_set():
                    while waiting and free:
                        env = threads(self.options) | free.popleft()
                        running.append(Worker(waiting.popleft(), self.task, self.context, env))
                        view.started(running[-1].job.name)
                    for worker in wait_for_any(running):
                        running.remove(worker)
                        free.append(worker.env)
                        outcomes[worker.job.name] = outcome = worker.close()
                        view.ended(worker.job.name, outcome.error)
                        keep([worker.job] if outcome.error is None else [])
            finally:
                stop(running)
        if interrupted.is_set():
            sys.stderr.write(f"Stopped: {view.state()}. The same command continues.\n")
            raise SystemExit(130)
        ends = [(job.name, outcomes[job.name].error, repeat_command(job)) for job in jobs]
        view.summary([(name, error, again) for name, error, again in ends if error])
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


def threads(options: LocalLauncherConf) -> dict[str, str]:
    """Return the environment that keeps a job to its number of threads."""
    return dict.fromkeys(THREADS, str(options.threads))


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


@contextmanager
def interruptions() -> Iterator[threading.Event]:
    """Turn Ctrl-C and SIGTERM into an event, so that no job is lost track of half-started."""
    event = threading.Event()
    before = {n: signal.signal(n, lambda *_: event.set()) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


register(LocalLauncher, "slots", LocalLauncherConf)
