"""Several jobs at once, in processes that share what this one has read."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")
_shared: list[object] = []


def in_parallel(work: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
    """Yield ``work(job)`` for each job, in order, on as many processes as there are cores.

    The processes are forks, so that jobs need not be picklable and nothing is read twice; where
    the system cannot fork or has one core, everything happens here.
    """
    workers = min(len(jobs), os.cpu_count() or 1)
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, jobs)
        return
    _shared[:] = [work, jobs]
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        yield from pool.imap(_one, range(len(jobs)))


def _one(place: int) -> object:
    work, jobs = _shared
    return work(jobs[place])  # type: ignore[operator, index]
