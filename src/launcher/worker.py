"""One job in a process of its own, forked from a server that has the imports behind it."""

import contextlib
import importlib
import inspect
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection, wait
from typing import Any

from hydra.core.utils import JobRuntime, JobStatus, env_override, run_job, setup_globals
from hydra.errors import HydraException
from hydra.types import HydraContext, TaskFunction

from src.launcher.plan import Job
from src.launcher.results import Outcome

CONTEXT = multiprocessing.get_context("forkserver")


class Worker:
    """A running job. ``env`` is set in its process before the task function is called."""

    def __init__(self, job: Job, task: TaskFunction, context: HydraContext, env: dict[str, str]):
        self.job, self.env, self.started = job, env, time.monotonic()
        self.outcome: Outcome | None = None
        self.pipe, child_end = CONTEXT.Pipe(duplex=False)
        where = _reference(task)
        self.process = CONTEXT.Process(target=_main, args=(job, where, context, env, child_end))
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
        self.signal(signal.SIGKILL)  # what the job started and left behind
        self.pipe.close()
        self.process.join()
        self.process.close()
        return self.outcome or Outcome(error=_death(code))

    def signal(self, number: int) -> None:
        """Send a signal to the job and everything it started."""
        if self.process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def start_server(preload: list[str], env: dict[str, str]) -> None:
    """Start the fork server with ``preload`` imported and ``env`` set before any import."""
    from multiprocessing import forkserver

    CONTEXT.set_forkserver_preload(["__main__", *preload, "src.launcher.local"])
    with env_override(env):
        forkserver.ensure_running()


def _main(
    job: Job, where: tuple[str, str], context: HydraContext, env: dict[str, str], pipe: Connection
) -> None:
    os.setsid()  # its own group: Ctrl-C in the terminal reaches the launcher alone
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    threading.Thread(target=_follow_launcher, daemon=True).start()
    os.environ.update(env)
    _redirect_output(job)
    outcome = _run(job, where, context)
    pipe.send(outcome)
    pipe.close()
    sys.exit(outcome.error is not None)


def _run(job: Job, where: tuple[str, str], context: HydraContext) -> Outcome:
    setup_globals()
    JobRuntime.instance().set("name", job.config.hydra.job.name)
    try:
        result = run_job(
            hydra_context=context,
            task_function=_resolve(where),
            config=job.config,
            job_dir_key="hydra.sweep.dir",
            job_subdir_key="hydra.sweep.subdir",
        )
    except Exception as error:  # noqa: BLE001 (whatever it is, the other jobs go on)
        return _failed(error)
    if result.status is JobStatus.COMPLETED:
        return Outcome(result.return_value)
    return _failed(result._return_value)  # noqa: SLF001 (the property would print and raise)


def _redirect_output(job: Job) -> None:
    """Send what the job prints, C code included, to ``job.log`` in its folder."""
    job.folder.mkdir(parents=True, exist_ok=True)
    with (job.folder / "job.log").open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


def _follow_launcher() -> None:
    """End this job, and what it started, when the launcher is gone without a word."""
    launcher = multiprocessing.parent_process()
    if launcher is not None:
        wait([launcher.sentinel])
        os.killpg(0, signal.SIGKILL)


def _reference(task: TaskFunction) -> tuple[str, str]:
    """Name the task function, so that the process imports it instead of unpickling it."""
    task = inspect.unwrap(task)
    if "<" in task.__qualname__:
        raise HydraException(f"The task function {task.__qualname__} must be defined in a module.")
    return task.__module__, task.__qualname__


def _resolve(where: tuple[str, str]) -> TaskFunction:
    module, name = where
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    task: TaskFunction = inspect.unwrap(found)
    return task


def _failed(error: Exception) -> Outcome:
    traceback.print_exception(error)
    lines = str(error).strip().splitlines()
    name = type(error).__name__
    return Outcome(error=f"{name}: {lines[0]}" if lines else name)


def _death(code: int | None) -> str:
    """Say how a process ended that reported nothing."""
    if code is None or code >= 0:
        return f"ended without a result (exit code {code})"
    hint = " (out of memory?)" if -code == signal.SIGKILL else ""
    return f"killed by {signal.Signals(-code).name}{hint}"
