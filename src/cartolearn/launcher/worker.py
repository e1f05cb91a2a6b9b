"""One job in a process of its own, forked from a server that has the imports behind it."""

import contextlib
import importlib
import inspect
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from hydra.core.utils import JobRuntime, JobStatus, env_override, run_job, setup_globals
from hydra.errors import HydraException
from hydra.types import HydraContext, TaskFunction

from cartolearn.errors import InputError
from cartolearn.launcher.plan import Job
from cartolearn.launcher.results import Outcome
from cartolearn.system import START, end, own_group
from cartolearn.terminal import warn
from cartolearn.text import shown

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
LOG = "job.log"
CONTEXT: Any = multiprocessing.get_context(START)


class Worker:
    """A running job. Its process has the environment of this one now, and ``env`` on top.

    The fork server has that of the time at which this process began its first sweep.
    """

    def __init__(self, job: Job, call: "Call", env: dict[str, str]):
        self.job, self.env = job, env
        self.outcome: Outcome | None = None
        self.pipe, child_end = CONTEXT.Pipe(duplex=False)
        whole = {**os.environ, **env}
        self.process = CONTEXT.Process(target=_main, args=(job, call, whole, child_end))
        self.process.start()
        child_end.close()

    def ended(self) -> bool:
        """Take what the job reported, if anything; tell whether its process is gone."""
        if self.outcome is None and self.pipe.poll():
            with contextlib.suppress(EOFError):
                self.outcome = self.pipe.recv()
        return self.process.exitcode is not None

    def close(self) -> Outcome:
        """Release the process's handles and return how the job ended."""
        self.ended()
        code = self.process.exitcode
        self.end(at_once=True)  # what the job started and left behind
        self.pipe.close()
        self.process.join()
        self.process.close()
        return self.outcome or Outcome(error=_death(code))

    def end(self, *, at_once: bool) -> None:
        """End the job and everything it started."""
        if self.process.pid is not None:
            end(self.process.pid, at_once=at_once)


def start_server(call: "Call", env: dict[str, str]) -> None:
    """Start the fork server, where the system has one, with ``env`` set before any import.

    It imports what the task's module names in ``PRELOAD``, once for all jobs.

    It inherits that SIGTERM is ignored, and ends with this process: a signal to the whole process
    group, as ``timeout`` and cluster managers send it, is for the launcher to handle.
    """
    if START != "forkserver":
        return
    from multiprocessing import forkserver

    preload = getattr(importlib.import_module(call.where[0]), "PRELOAD", ())
    CONTEXT.set_forkserver_preload(["__main__", *preload, "cartolearn.launcher.slots"])
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with env_override(env):
            forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGTERM, before)


def threads(number: int) -> dict[str, str]:
    """Return the environment that keeps a job to ``number`` threads."""
    return dict.fromkeys(THREADS, str(number))


def _main(job: Job, call: "Call", env: dict[str, str], pipe: Connection) -> None:
    own_group()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    threading.Thread(target=_follow_launcher, daemon=True).start()
    os.environ.clear()
    os.environ.update(env)
    redirect_output(job)
    outcome = run(job, call)
    pipe.send(outcome)
    pipe.close()
    sys.exit(outcome.error is not None)


@dataclass(frozen=True)
class Call:
    """What a job calls: the task function by its module and name, with Hydra's context."""

    where: tuple[str, str]
    context: HydraContext


def run(job: Job, call: Call) -> Outcome:
    """Run the job in this process, as Hydra does."""
    setup_globals()
    JobRuntime.instance().set("name", job.config.hydra.job.name)
    try:
        result = run_job(
            hydra_context=call.context,
            task_function=_resolve(call.where),
            config=job.config,
            job_dir_key="hydra.sweep.dir",
            job_subdir_key="hydra.sweep.subdir",
        )
    except Exception as error:  # noqa: BLE001 (whatever it is, the other jobs go on)
        return _failed(error)
    if result.status is JobStatus.COMPLETED:
        return Outcome(result.return_value)
    return _failed(result._return_value)  # noqa: SLF001 (the property would print and raise)


def redirect_output(job: Job) -> None:
    """Send what the job prints, C code included, to ``job.log`` in its folder."""
    job.folder.mkdir(parents=True, exist_ok=True)
    path = job.folder / LOG
    path.touch()  # which tells a launcher on another machine that the job has begun
    with path.open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


def _follow_launcher() -> None:
    """End this job, and what it started, when the launcher exits unexpectedly."""
    launcher = multiprocessing.parent_process()
    if launcher is not None:
        wait([launcher.sentinel])
        end(os.getpid(), at_once=True)


def reference(task: TaskFunction) -> tuple[str, str]:
    """Name the task function, so that the process imports it instead of unpickling it."""
    task = inspect.unwrap(task)
    if "<" in task.__qualname__:
        raise HydraException(f"The task function {task.__qualname__} must be defined in a module.")
    module = task.__module__
    if module == "__main__" and (spec := sys.modules["__main__"].__spec__):
        module = spec.name
    return module, task.__qualname__


def _resolve(where: tuple[str, str]) -> TaskFunction:
    module, name = where
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    task: TaskFunction = inspect.unwrap(found)
    return task


def _failed(error: Exception) -> Outcome:
    lines = str(error).strip().splitlines()
    if isinstance(error, InputError) and lines:
        warn(f"error: {error}")
        return Outcome(error=shown(lines[0]))
    traceback.print_exception(error)
    name = type(error).__name__
    return Outcome(error=f"{name}: {shown(lines[0])}" if lines else name)


def _death(code: int | None) -> str:
    """Say how a process ended that reported nothing."""
    if code is None or code >= 0:
        return f"ended without a result (exit code {code})"
    name = signal.Signals(-code).name
    return f"killed by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
