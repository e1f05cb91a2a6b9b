"""What a sweep would do, without doing it: its jobs, what is done, and the time it would take."""

import csv
import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from omegaconf import OmegaConf
from rich.markup import escape
from rich.table import Column, Table

from cartolearn.config.differences import first_of
from cartolearn.config.saved import load_config
from cartolearn.errors import InputError
from cartolearn.launcher.plan import FINISHED, Job
from cartolearn.terminal import Terminal
from cartolearn.text import duration

Kind = tuple[object, object]  # the strategy's and the dataset's class


def dry_run(jobs: Sequence[Job], slots: int) -> None:
    """Print every job, its state and the estimates, and the time of the sweep on ``slots``."""
    known = times(jobs)
    seconds = [None if job.done else known.get(kind(job.config)) for job in jobs]
    table = Table(
        Column("job", overflow="fold"), "state", "estimate", title="Dry run", title_justify="left"
    )
    for job, estimate in zip(jobs, seconds, strict=True):
        text = "" if job.done else "unknown" if estimate is None else duration(estimate)
        table.add_row(escape(job.name), escape(state(job)), text)
    console = Terminal(soft_wrap=True)
    console.print(table)
    console.print(total(jobs, seconds, slots))


def state(job: Job) -> str:
    """Return in words how far the job is."""
    if job.anew and job.done_content is not None:
        return "to do again"
    if job.changed:
        return f"refused: {first_of(list(job.changed))}"
    return "done" if job.done else "started" if job.folder.exists() else "to do"


def total(jobs: Sequence[Job], seconds: Sequence[float | None], slots: int) -> str:
    """Return the counts and the time of the whole sweep as one line."""
    left = [job for job in jobs if not job.done]
    known = [estimate for estimate in seconds if estimate is not None]
    line = f"{len(jobs)} jobs, {len(jobs) - len(left)} done, {len(left)} to run on {slots} slots"
    if not known:
        return f"{line}; time unknown" if left else line
    without = len(left) - len(known)
    note = f" and {without} jobs nobody can estimate yet" if without else ""
    return f"{line}; about {duration(makespan(known, slots))}{note}"


def makespan(seconds: Sequence[float], slots: int) -> float:
    """Return when the last job ends if each starts, in order, on the first slot that is free."""
    ends = [0.0] * slots
    for one in seconds:
        heapq.heapreplace(ends, ends[0] + one)
    return max(ends)


def times(jobs: Sequence[Job]) -> dict[Kind, float]:
    """Return the mean seconds of the finished runs around these jobs, by kind.

    Looked at are the folders of all sweeps beside this one.
    """
    found: dict[Kind, list[float]] = {}
    for home in {job.sweep_dir.parent for job in jobs}:
        for which, seconds in _finished(home):
            found.setdefault(which, []).append(seconds)
    return {which: fmean(values) for which, values in found.items()}


def _finished(home: Path) -> Iterator[tuple[Kind, float]]:
    for done in home.glob(f"*/*/{FINISHED[0]}"):
        try:
            with (done.parent / "rounds.csv").open(encoding="utf-8", newline="") as lines:
                seconds = sum(float(row["seconds"]) for row in csv.DictReader(lines))
            yield kind(OmegaConf.create(load_config(done.parent / "config.yaml"))), seconds
        except (OSError, KeyError, ValueError, TypeError, InputError):
            continue  # not a folder of a run of ours; an estimate can do without it


def kind(config: object) -> Kind:
    """Return what decides how long a run takes, as far as its config tells."""
    names = ("strategy._target_", "dataset._target_")
    strategy, dataset = (OmegaConf.select(config, name) for name in names)  # type: ignore[arg-type]
    return strategy, dataset
