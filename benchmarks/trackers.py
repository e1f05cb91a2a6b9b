"""Row ``tracker``: a whole run with a tracker against the same run without one."""

from importlib.util import find_spec

from benchmarks.commands import datasets, prepared, single
from benchmarks.measure import Ended, median_of, process
from benchmarks.result import Result
from benchmarks.settings import Settings

OFFLINE = {"WANDB_MODE": "offline", "WANDB_SILENT": "true"}
LOGGERS = ("wandb", "mlflow", "tensorboard")


def tracker_rows(settings: Settings) -> list[Result]:
    """Measure every tracker that is installed, the runs in turns."""
    dataset = datasets(settings)[0]
    prepared(settings, dataset)
    rounds = settings.size(settings.rounds, 2)
    loggers = [name for name in LOGGERS if find_spec(name)][: settings.size(3, 1)]
    taken: dict[str, list[Ended]] = {name: [] for name in ("none", *loggers)}
    for _ in range(settings.repetitions):
        for name, ended in taken.items():
            words = single(settings, dataset, "random", f"loop.rounds={rounds}", logger=name)
            ended.append(process(words, **OFFLINE))
    without = median_of(taken["none"], cpu=settings.cpu)
    used = {name: f"{median_of(ended, cpu=True):.1f} s" for name, ended in taken.items()}
    return [
        Result(
            f"tracker {name}",
            f"random on {dataset}, {rounds} rounds, with logger={name}; with logger=none",
            median_of(taken[name], cpu=settings.cpu), without, "s",
            target=1.05 if name == "wandb" else None, repetitions=len(taken[name]),
            notes=[f"CPU time {used[name]}, its own processes included; {used['none']}"],
        )
        for name in loggers
    ]  # fmt: skip
