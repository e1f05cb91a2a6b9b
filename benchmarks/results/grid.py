"""How much of the paper's grid has been run."""

import csv
from collections.abc import Iterator
from pathlib import Path

from cartolearn.report.table import Table
from cartolearn.report.tables.data import ALL_DATA

RECIPES = ("paper_trec", "released_trec", "paper_agnews", "released_agnews")
STRATEGIES = ("random", "least_confidence", "entropy", "bald", "dal", "cal", "cal_dal")
THRESHOLDS = tuple(f"cal correctness_threshold={t}" for t in (0.0, 0.4, 0.6, 0.8))
SEEDS = ("398048", "127003", "259479", "869323", "570852")
PARTS = {"strategies": STRATEGIES, "thresholds": THRESHOLDS, "all data": (ALL_DATA,)}


def place_of(pair: tuple[str, str]) -> tuple[int, tuple[str, str]]:
    """Return what sorts datasets and protocols: the paper's recipes first, in their order."""
    protocol = pair[1]
    return (RECIPES.index(protocol) if protocol in RECIPES else len(RECIPES)), pair


def progress_table(runs_csv: Path) -> Table:
    """One row a recipe of the paper's grid: runs done of each part, and what is missing."""
    done = done_runs(runs_csv)
    return Table(
        name="progress",
        title="Runs of the grid",
        columns=("recipe", *PARTS, "not measured yet"),
        rows=[_row(recipe, done) for recipe in RECIPES],
        note=f"Strategies: {', '.join(STRATEGIES)}. Thresholds: CAL with 0.0, 0.4, 0.6 and 0.8 "
        f"(0.2 is the plain CAL). Seeds: {', '.join(SEEDS)}.",
    )


def done_runs(runs_csv: Path) -> set[tuple[str, str, str]]:
    """Recipe, strategy and seed of every run in the report's ``runs.csv``."""
    with runs_csv.open(newline="", encoding="utf-8") as handle:
        return {
            (row["protocol"], row["strategy"], seed)
            for row in csv.DictReader(handle)
            for seed in row["which seeds"].split()
        }


def _row(recipe: str, done: set[tuple[str, str, str]]) -> tuple[str, ...]:
    counts = [
        f"{sum((recipe, name, seed) in done for name in names for seed in SEEDS)} of "
        f"{len(names) * len(SEEDS)}"
        for names in PARTS.values()
    ]
    return (recipe, *counts, "; ".join(_missing(recipe, done)) or "nothing")


def _missing(recipe: str, done: set[tuple[str, str, str]]) -> Iterator[str]:
    if not any(one[0] == recipe for one in done):
        yield "everything"
        return
    for part, names in PARTS.items():
        absent = {
            name: [seed for seed in SEEDS if (recipe, name, seed) not in done] for name in names
        }
        if all(len(seeds) == len(SEEDS) for seeds in absent.values()):
            yield f"{part} (all)"
            continue
        yield from (f"{name} ({len(seeds)} seeds)" for name, seeds in absent.items() if seeds)
