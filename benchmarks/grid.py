"""Row ``grid``: a sweep on all cores against the same sweep one run after the other."""

from benchmarks.commands import command, datasets, prepared
from benchmarks.measure import process
from benchmarks.result import Result
from benchmarks.settings import Settings


def grid_rows(settings: Settings) -> list[Result]:
    """Measure a small grid, or with ``--full-grid`` the paper's six strategies and five seeds."""
    dataset = datasets(settings)[0]
    prepared(settings, dataset)
    strategies, seeds, rounds = "random,cal,least_confidence", "0,1", settings.size(10, 1)
    if settings.quick:
        strategies = "random,cal"
    if settings.full_grid:
        strategies, rounds = "random,least_confidence,entropy,bald,dal,cal", settings.rounds
        seeds = "398048,127003,259479,869323,570852"
    where = f"hydra.sweep.dir='{settings.work / 'grid'}'"
    words = command(settings, dataset, strategies, f"seed={seeds}", where, "overwrite=true")
    words.append(f"loop.rounds={rounds}")
    one = process([*words, "hydra.launcher.jobs=1", "-m"])
    all_cores = process([*words, "-m"])
    runs = len(strategies.split(",")) * len(seeds.split(","))
    return [
        Result(
            "grid", f"{runs} runs of {rounds} rounds ({strategies}) on {dataset} with -m;"
            " the same with hydra.launcher.jobs=1",
            all_cores.seconds, one.seconds, "s", 0.6,
            notes=["both share one import of the libraries between their runs"],
        )
    ]  # fmt: skip
