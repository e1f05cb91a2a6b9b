"""How time and memory are measured: interleaved repetitions, medians, processes of their own."""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MB = 1e6


def medians(
    jobs: Mapping[str, Callable[[], object]], repetitions: int, *, cpu: bool
) -> dict[str, float]:
    """Return each job's median seconds; the jobs take turns, after one turn that is not counted.

    Taking turns spreads what else the machine does over all of them. With ``cpu`` it is this
    process's CPU time, which leaves out the time that others had the cores.
    """
    clock = time.process_time if cpu else time.perf_counter
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(repetitions + 1):
        for name, job in jobs.items():
            start = clock()
            job()
            if turn:
                seconds[name].append(clock() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


@dataclass(frozen=True)
class Ended:
    """How a process went: its seconds from start to end, peak resident MB, and what it printed."""

    seconds: float
    cpu: float
    peak: float
    lines: list[tuple[float, str]]  # seconds since the start, and the line

    def at(self, text: str) -> float:
        """Return when the first line with ``text`` came."""
        return next(seconds for seconds, line in self.lines if text in line)


def process(arguments: Sequence[str], **environment: str) -> Ended:
    """Run Python with these arguments, one thread, from the project's folder.

    Raises:
        RuntimeError: It failed; the message is what it printed.
    """
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **threads, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        assert child.stdout is not None
        peaks = _Peak(child.pid)
        lines = [(time.perf_counter() - start, line.rstrip()) for line in child.stdout]
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if child.returncode:
        raise RuntimeError("\n".join(line for _, line in lines[-15:]))
    return Ended(seconds, usage.ru_utime + usage.ru_stime, peaks.result(), lines)


def median_of(ended: Sequence[Ended], *, cpu: bool) -> float:
    """Return the median seconds of some processes: CPU time, their children's included, or not."""
    return statistics.median(one.cpu if cpu else one.seconds for one in ended)


class _Peak:
    """Follows a process's peak resident memory (what ``wait4`` tells counts its parent's too)."""

    def __init__(self, pid: int) -> None:
        self.pid, self.highest = pid, 0.0
        self.thread = threading.Thread(target=self._follow)
        self.thread.start()

    def _follow(self) -> None:
        try:
            while (now := memory("VmHWM", str(self.pid))) is not None:
                self.highest = now
                time.sleep(0.02)
        except OSError:
            return  # it has ended

    def result(self) -> float:
        """Return MB, once the process has ended."""
        self.thread.join()
        return self.highest


def anonymous_peak(job: Callable[[], object]) -> float:
    """Return how many MB of anonymous memory the process gained at most while ``job`` ran.

    Pages of mapped files do not count: the system takes them back whenever it likes.
    """
    before, highest, done = anonymous(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(0.005):
            highest = max(highest, anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        job()
    finally:
        done.set()
        watcher.join()
    return max(highest, anonymous()) - before


def anonymous() -> float:
    """Return this process's anonymous memory in MB."""
    return memory("RssAnon", "self") or 0.0


def memory(kind: str, process_id: str) -> float | None:
    """Return what Linux tells of a process's memory in MB; None for one that has just ended."""
    status = Path("/proc", process_id, "status").read_text(encoding="utf-8")
    for line in status.splitlines():
        if line.startswith(kind):
            return int(line.split()[1]) * 1024 / MB
    return None


def wait_until_quiet(limit: float, seconds: float) -> float:
    """Wait for a 1-minute load below ``limit``, at most so long; return the load."""
    end = time.monotonic() + seconds
    while (load := os.getloadavg()[0]) > limit and time.monotonic() < end:
        time.sleep(5)
    return load
