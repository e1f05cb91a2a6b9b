"""Rows ``first_step`` and ``help``: what a person waits for."""

import statistics

from benchmarks.commands import datasets, prepared, single
from benchmarks.measure import Ended, process
from benchmarks.result import Result
from benchmarks.settings import Settings

BARE = (
    "import torch; p = torch.nn.Parameter(torch.zeros(9)); a = torch.optim.Adam([p], fused=True);"
    "p.sum().backward(); a.step()"
)
ONE_STEP = ("loop.seed_set_size=16", "trainer.batch_size=16", "trainer.max_epochs=1")


def start_rows(settings: Settings) -> list[Result]:
    """Measure up to the end of a first round that has a single training step, and ``--help``.

    The round's line also waits for the data map and the test of that round, some milliseconds.
    """
    dataset = datasets(settings)[0]
    prepared(settings, dataset)
    words = single(settings, dataset, "random", "loop.rounds=1", "loop.query_size=1", *ONE_STEP)
    whole, step, bare, shown = [], [], [], []
    for _ in range(settings.repetitions):
        whole.append(process(words))
        step.append(whole[-1].at("round 0:"))
        bare.append(process(["-c", BARE]))
        shown.append(process(["-m", "src.run", "--help"]))
    bare_seconds, n = _median(bare), settings.repetitions
    return [
        Result(
            "first_step", f"from the command to its first training step, {dataset}, cached"
            " features; importing torch and one step of its Adam",
            statistics.median(step), bare_seconds, "s", 4.0, judged="ours", repetitions=n,
            notes=[f"CPU time of the run {_cpu(whole):.1f} s; reference {_cpu(bare):.1f} s"],
        ),
        Result(
            "help", "--help; importing torch and one step of its Adam",
            _median(shown), bare_seconds, "s", 1.5, judged="ours", repetitions=n,
            notes=[f"CPU time {_cpu(shown):.2f} s"],
        ),
    ]  # fmt: skip


def _median(ended: list[Ended]) -> float:
    return statistics.median(one.seconds for one in ended)


def _cpu(ended: list[Ended]) -> float:
    return statistics.median(one.cpu for one in ended)
