"""The benchmark: ``python -m benchmarks [ROW ...] [--quick] [--full-grid]``.

Rows: train (with data_map), pass (with dropout), run_trec, run_agnews, grid, start, memory, growth,
threads, tracker. Without --quick the results are merged into docs/benchmarks.json, from
which docs/benchmarks.md is written.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Literal

import torch

from benchmarks.machine import machine
from benchmarks.measure import ROOT, wait_until_quiet
from benchmarks.report import show, write_document
from benchmarks.result import Result, load_results, save_results
from benchmarks.settings import Settings

ROWS = {
    "train": "training.training_rows", "pass": "scoring.scoring_rows",
    "run_trec": "whole_run.trec_rows", "run_agnews": "whole_run.agnews_rows",
    "grid": "grid.grid_rows", "start": "start.start_rows", "memory": "memory.memory_rows",
    "growth": "growth.growth_rows",
    "threads": "threads.thread_rows", "tracker": "trackers.tracker_rows",
}  # fmt: skip
JSON = ROOT / "docs" / "benchmarks.json"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
REMARKS = Path(__file__).with_name("remarks.md")


def main(arguments: Sequence[str] | None = None) -> dict[str, Result]:
    """Measure the rows asked for, print the table, and write the files."""
    options = _parser().parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"
    torch.set_num_threads(1)
    path = options.json or (None if options.quick else JSON)
    results = load_results(path) if path else {}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            quick=options.quick,
            full_grid=options.full_grid,
            data_dir=options.data_dir,
            repetitions=1 if options.quick else options.repetitions,
            cpu=options.cpu,
            rounds=options.rounds,
            work=options.work or Path(folder),
        )
        settings.work.mkdir(parents=True, exist_ok=True)
        for name in options.rows or ROWS:
            for one in measure(name, settings, options.wait):
                results[one.row] = one
            if path:
                save_results(path, results, machine())
    show(results.values())
    if path == JSON:
        write_document(DOCUMENT, _sorted(results), machine(), REMARKS.read_text(encoding="utf-8"))
    return results


def measure(name: str, settings: Settings, wait: float) -> list[Result]:
    """Measure one row's results; they share the load that the machine had before."""
    load = wait_until_quiet(1.5, 0 if settings.quick else wait)
    module, function = ROWS[name].split(".")
    rows: Callable[[Settings], list[Result]]
    rows = getattr(import_module(f"benchmarks.{module}"), function)
    timed = {"train", "pass", "run_trec", "run_agnews", "growth", "tracker"}
    clock: Literal["elapsed", "CPU"] = "CPU" if settings.cpu and name in timed else "elapsed"
    return [replace(one, load=round(load, 2), clock=clock) for one in rows(settings)]


def _sorted(results: dict[str, Result]) -> list[Result]:
    order = ["train", "data_map", "pass", "dropout", "run", "grid", "first_step", "help", "memory"]
    place = {name: number for number, name in enumerate([*order, "growth", "threads", "tracker"])}
    return sorted(results.values(), key=lambda one: place.get(one.row.split()[0], len(place)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="ROW")
    parser.add_argument("--quick", action="store_true", help="tiny sizes; figures mean nothing")
    parser.add_argument("--full-grid", action="store_true", help="the grid row does all 30 runs")
    parser.add_argument("--repetitions", type=int, default=7, help="of which medians are taken")
    parser.add_argument("--cpu", action="store_true", help="CPU time; for a machine in use")
    parser.add_argument(
        "--rounds", type=int, default=30, help="of a whole run, and the full grid's"
    )
    parser.add_argument("--wait", type=float, default=0, help="seconds to wait for a quiet machine")
    parser.add_argument("--json", type=Path, help="the file to merge the results into")
    parser.add_argument("--work", type=Path, help="a folder to keep features and runs in")
    shared = os.environ.get("CAL_DATA_DIR") or os.environ.get("CAL_SHARED")
    default = Path(shared) if shared else ROOT.parent / "shared" / "data"
    parser.add_argument(
        "--data-dir", type=Path, default=default if (default / "trec").is_dir() else None,
        help="folder with trec/, agnews/ and vectors/; without it a toy stands in",
    )  # fmt: skip
    return parser


if __name__ == "__main__":
    main()
