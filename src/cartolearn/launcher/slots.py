"""Jobs side by side on this machine: slots, and a process a job.

Each job runs in a process of its own, so one that dies cannot affect the others. A slot is a CPU
core, or a share of a GPU that is named in ``CUDA_VISIBLE_DEVICES``.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from cartolearn.launcher.plan import Job
from cartolearn.launcher.results import Outcome
from cartolearn.launcher.worker import Call, Worker

if TYPE_CHECKING:
    from cartolearn.launcher.view import View

GRACE_SECONDS = 10.0


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


def wait_for_any(running: list[Worker]) -> list[Worker]:
    """Wait for a report or an end, half a second at most; return the workers that ended."""
    reports = [worker.pipe for worker in running if worker.outcome is None]
    wait([*reports, *(worker.process.sentinel for worker in running)], timeout=0.5)
    return [worker for worker in running if worker.ended()]


def stop(running: list[Worker]) -> None:
    """End the workers and all they started, with a kill for those that do not heed."""
    deadline = time.monotonic() + GRACE_SECONDS
    for worker in running:
        worker.end(at_once=False)
    while time.monotonic() < deadline and not all(worker.ended() for worker in running):
        time.sleep(0.05)
    for worker in running:
        worker.end(at_once=True)
        worker.process.kill()
        worker.process.join()
        worker.close()
