"""The whole report: tables, figures and claims of one or several sweeps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cartolearn.errors import InputError
from cartolearn.report.claims.tables import claim_tables
from cartolearn.report.export import write_table
from cartolearn.report.figures import draw_figures
from cartolearn.report.full_data_only import FullDataOnly, full_data_only
from cartolearn.report.groups import Group, group_runs
from cartolearn.report.table import Table
from cartolearn.report.tables import group_tables
from cartolearn.report.tables.aso import ScoreSet
from cartolearn.report.tables.data import dataset_table, full_data_only_table, runs_table
from cartolearn.runs.full_data import FILE, load_full_runs
from cartolearn.runs.run import find_folders, load_runs


@dataclass(frozen=True, eq=False)
class Results:
    """What was read.

    Attributes:
        groups: Comparable runs.
        left_out: A line on each run that was left out.
        full_data_only: Trainings on all data that belong to no group.
    """

    groups: list[Group]
    left_out: list[str]
    full_data_only: list[FullDataOnly] = field(default_factory=list)


def read_results(roots: list[Path]) -> Results:
    """Read all runs below ``roots``.

    Raises:
        InputError: There is no complete run, or a file of one cannot be understood.
    """
    full_folders = find_folders(roots, FILE)
    folders = [folder for folder in find_folders(roots, "run.json") if folder not in full_folders]
    runs, left_out = load_runs(folders)
    if not runs:
        places = ", ".join(map(str, roots))
        told = "".join(f"\n  {line}" for line in left_out)
        raise InputError(f"no complete run in {places}; do one with python -m src.run{told}")
    full = load_full_runs(full_folders)
    groups, doubles = group_runs(runs, full)
    return Results(groups, left_out + doubles, full_data_only(full, groups))


def all_tables(results: Results, scores: ScoreSet) -> dict[str, list[Table]]:
    """Return all tables by subfolder: the common ones under "", those of a group under its name."""
    common = [dataset_table(results.groups), runs_table(results.groups, results.full_data_only)]
    if results.full_data_only:
        common.append(full_data_only_table(results.full_data_only))
    groups = {folder_name(group): group_tables(group, scores) for group in results.groups}
    return {"": [*common, *claim_tables(results.groups)], **groups}


def write_tables(tables: dict[str, list[Table]], out: Path) -> list[Path]:
    """Write every table below ``out`` in three formats."""
    return [
        path
        for subfolder, members in tables.items()
        for table in members
        for path in write_table(table, out / subfolder)
    ]


def write_figures(results: Results, scores: ScoreSet, out: Path) -> Iterator[Path]:
    """Draw every figure below ``out``; yield each path when it is written."""
    folders = [(group, out / folder_name(group)) for group in results.groups]
    yield from draw_figures(folders, scores)


def folder_name(group: Group) -> str:
    """Return a group's subfolder."""
    return folder_of(group.dataset.name, group.protocol)


def folder_of(dataset: str, protocol: str) -> str:
    """Return dataset and protocol as a folder name, with only letters, digits and ``-_.=``."""
    name = f"{dataset}-{protocol}"
    return "".join(c if c.isalnum() or c in "-_.=" else "-" for c in name)[:150]
