"""Seconds of the clock and of the processor, of jobs that take turns."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """Median seconds of a job: by the clock, and of the processor over all threads."""

    clock: float
    cpu: float


def turns(jobs: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, Taken]:
    """Return what each job takes: the median over ``repetitions``; the jobs take turns."""
    seconds: dict[str, list[Taken]] = {name: [] for name in jobs}
    for _ in range(repetitions):
        for name, job in jobs.items():
            start = time.perf_counter(), time.process_time()
            job()
            end = time.perf_counter(), time.process_time()
            seconds[name].append(Taken(end[0] - start[0], end[1] - start[1]))
    return {name: median(taken) for name, taken in seconds.items()}


def median(taken: Sequence[Taken]) -> Taken:
    """Return the median of either time."""
    return Taken(*(statistics.median(getattr(one, f) for one in taken) for f in ("clock", "cpu")))
