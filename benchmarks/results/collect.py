"""Taking what RESULTS.md shows out of a report folder, small enough to be committed."""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

from benchmarks.results.grid import place_of, progress_table
from benchmarks.results.merge import ONLY_CSV, Pair, merged_tables
from benchmarks.results.published import add_published
from cartolearn.errors import InputError
from cartolearn.files import atomic_write
from cartolearn.report.export import write_table
from cartolearn.report.make import folder_of

CURVES = (
    "figure_3_learning_curves", "figure_4_batch_statistics", "figure_7_threshold",
    "figure_8_overlap", "figure_9_aso", "figure_10_binary_classifiers",
    "figure_11_lead_by_classifier", "figure_12_successor",
)  # fmt: skip
MAPS = ("figure_1_full_map", "figure_2_seed_map", "figure_5_6_densities")
WIDTH, COLOURS = 1000, 256


def collect(report: Path, wrong_labels: Iterable[Path], results: Path) -> None:
    """Copy the tables as CSV and Markdown and the figures as small PNGs to ``results``.

    Args:
        report: What ``cartolearn report`` wrote.
        wrong_labels: Folders below which ``cartolearn wrong-labels`` wrote.
        results: What it holds of the report's datasets and protocols goes; the rest stays, so
            that the grid can be run a recipe at a time.

    Raises:
        InputError: ``report`` is no report of this version, or ``results`` is of another.
    """
    if not (report / "runs.csv").is_file():
        raise InputError(f"{report} has no runs.csv; write it with cartolearn report")
    for name, table in merged_tables(results, report, pairs_of(report)).items():
        table.write(results / name)
    found = [path for folder in wrong_labels for path in folder.rglob("wrong_labels_*.csv")]
    for path in found:
        copy_table(path, results)
    for path in write_table(progress_table(results / "runs.csv"), results):
        if path.suffix == ".tex":
            path.unlink()
    stay = {folder_of(*pair) for pair in pairs_of(results) - pairs_of(report)}
    for old in (path for path in results.iterdir() if path.is_dir() and path.name not in stay):
        shutil.rmtree(old)
    for pair, group in group_folders(report).items():
        _collect_group(group, results / group.name)
        add_published(*pair, results / group.name)


def _collect_group(group: Path, target: Path) -> None:
    for path in group.glob("*.csv"):
        copy_table(path, target)
    for figure in figures_of(group):
        shrink(figure, target / figure.name)


def figures_of(group: Path) -> list[Path]:
    """Return those figures of a dataset and protocol that are shown, where there are any."""
    wanted = CURVES if "released" in group.name else (*CURVES, *MAPS)
    paths = [group / f"{name}.png" for name in wanted]
    return [path for path in paths if path.is_file()]


def group_folders(folder: Path) -> dict[Pair, Path]:
    """Return the subfolder of each dataset and protocol that strategies were run with."""
    folders = {pair: folder / folder_of(*pair) for pair in sorted(pairs_of(folder), key=place_of)}
    return {pair: path for pair, path in folders.items() if (path / "accuracy.csv").is_file()}


def pairs_of(folder: Path) -> set[Pair]:
    """Return the datasets and protocols of a report, or of what was collected of reports."""
    with (folder / "runs.csv").open(newline="", encoding="utf-8") as handle:
        return {(row["dataset"], row["protocol"]) for row in csv.DictReader(handle)}


def shrink(figure: Path, target: Path) -> None:
    """Write a PNG at most ``WIDTH`` pixels wide with a palette of ``COLOURS``."""
    from PIL import Image

    with Image.open(figure) as image:
        height = round(image.height * min(1, WIDTH / image.width))
        small = image.convert("RGB").resize((min(image.width, WIDTH), height))
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(target) as temporary:
        small.quantize(COLOURS).save(temporary, format="PNG", optimize=True)


def copy_table(table: Path, folder: Path) -> None:
    """Copy a table as CSV and, if it is shown, as Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (table, *([] if table.stem in ONLY_CSV else [table.with_suffix(".md")])):
        shutil.copyfile(path, folder / path.name)
