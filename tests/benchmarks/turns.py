"""Seconds of the clock and of the processor, of jobs that take turns."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """Median seconds of a job: by the clock, and of the processor over all threads."""

    clock: float
    cpu: float


def turns(jobs: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, Taken]:
    """Return what each job takes; the jobs take turns, after one turn that is not counted."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
    for turn in range(repetitions + 1):
        for name, job in jobs.items():
            start = time.perf_counter(), time.process_time()
            job()
            end = time.perf_counter(), time.process_time()
            if turn:
                seconds[name].append((end[0] - start[0], end[1] - start[1]))
    return {
        name: Taken(*(statistics.median(values) for values in zip(*taken, strict=True)))
        for name, taken in seconds.items()
    }
