"""Row ``run``: the command, from its start to its end, against the bare loop's whole process."""

import json
import statistics
from collections.abc import Sequence

from benchmarks.commands import accuracies, datasets, picks, prepared, single
from benchmarks.measure import Ended, median_of, process
from benchmarks.result import Result
from benchmarks.settings import Settings

STRATEGIES = ("random", "cal", "dal")


def trec_rows(settings: Settings) -> list[Result]:
    """Measure every strategy on TREC, or on the toy."""
    return _rows(settings, datasets(settings)[:1])


def agnews_rows(settings: Settings) -> list[Result]:
    """Measure every strategy on AGNews, if it is there."""
    return _rows(settings, datasets(settings)[1:])


def _rows(settings: Settings, names: Sequence[str]) -> list[Result]:
    return [
        run_row(settings, dataset, strategy)
        for dataset in names
        for strategy in (STRATEGIES[1:2] if settings.quick else STRATEGIES)
    ]


def run_row(settings: Settings, dataset: str, strategy: str) -> Result:
    """Measure the two processes in turn."""
    rounds = settings.size(settings.rounds, 2)
    files = prepared(settings, dataset)
    repetitions = 1 if settings.quick or dataset == "agnews" else min(settings.repetitions, 2)
    ours: list[Ended] = []
    bare: list[Ended] = []
    for _ in range(repetitions):
        bare.append(process(["-m", "benchmarks.bare", dataset, strategy, str(rounds), *files]))
        ours.append(process(single(settings, dataset, strategy, f"loop.rounds={rounds}")))
    told = json.loads(bare[-1].lines[-1][1])
    folder = settings.work / "runs" / f"{dataset}-{strategy}"
    equal = sum(set(a) == set(b) for a, b in zip(told["picks"], picks(folder), strict=True))
    reached = accuracies(folder)[-1]
    mine, loop = (
        median_of(ours, cpu=settings.cpu),
        statistics.median(_loop_seconds(one, cpu=settings.cpu) for one in bare),
    )
    return Result(
        f"run {dataset} {strategy}",
        f"the command, {rounds} rounds, from its start to its end; the bare loop's process",
        mine, median_of(bare, cpu=settings.cpu), "s", 1.2, repetitions=repetitions,
        notes=[
            f"elapsed {median_of(ours, cpu=False):.1f} s and {median_of(bare, cpu=False):.1f} s",
            f"CPU time {median_of(ours, cpu=True):.1f} s and {median_of(bare, cpu=True):.1f} s",
            f"without its imports the bare loop takes {loop:.1f} s: {mine / loop:.2f}",
            f"{equal} of {rounds} batches are the bare loop's",
            f"last accuracy {reached:.3f}, the bare loop's {told['accuracies'][-1]:.3f}",
            f"peak {max(one.peak for one in ours):.0f} MB resident",
        ],
    )  # fmt: skip


def _loop_seconds(ended: Ended, *, cpu: bool) -> float:
    return float(json.loads(ended.lines[-1][1])["cpu" if cpu else "seconds"])
