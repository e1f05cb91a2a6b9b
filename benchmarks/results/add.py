"""Adding to a recipe what is new: tables, figures and claims that an earlier report had not yet."""

import csv
from pathlib import Path

from benchmarks.results.collect import copy_table, figures_of, group_folders, shrink
from benchmarks.results.merge import Written, joined
from cartolearn.errors import InputError

Claim = tuple[str, str, str]


def add(report: Path, results: Path) -> None:
    """Take from a report on some runs of a recipe what ``results`` lacks; the rest stays.

    Claims are taken if every part of them has runs.

    Args:
        report: What ``cartolearn report`` wrote.
        results: What ``collect`` filled.

    Raises:
        InputError: ``results`` lacks the recipe, or the runs are not those that it tells of:
            their accuracies differ.
    """
    known = group_folders(results)
    for pair, group in group_folders(report).items():
        if pair not in known:
            raise InputError(f"{results} has nothing on {' and '.join(pair)}; leave out --add")
        if strangers := rows(group / "accuracy.csv") - rows(known[pair] / "accuracy.csv"):
            names = ", ".join(sorted(row[0] for row in strangers))
            raise InputError(
                f"{group}: these runs ({names}) have other accuracies than those of {known[pair]};"
                " make one report of all runs and leave out --add"
            )
        _add_group(group, known[pair])
    first = report / "claims_parts.csv"
    taken = claims(first) - claims(results / first.name) - _without_runs(first)
    for path in (report / "claims.csv", first):
        new = Written.read(path)
        chosen = [place for place, row in enumerate(new.rows) if _claim(new.header, row) in taken]
        joined(Written.read(results / path.name), new.taken(chosen)).write(results / path.name)


def claims(path: Path) -> set[Claim]:
    """Return the claims of a table, each with its dataset and protocol."""
    header, *body = _read(path)
    return {_claim(header, row) for row in body}


def rows(path: Path) -> set[tuple[str, ...]]:
    """Return the rows of a table, without its header."""
    return {tuple(row) for row in _read(path)[1:]}


def _add_group(group: Path, target: Path) -> None:
    for path in sorted(group.glob("*.csv")):
        if not (target / path.name).exists():
            copy_table(path, target)
    for figure in figures_of(group):
        if not (target / figure.name).exists():
            shrink(figure, target / figure.name)


def _claim(header: list[str], row: list[str]) -> Claim:
    cells = dict(zip(header, row, strict=True))
    return cells["claim"], cells["dataset"], cells["protocol"]


def _without_runs(parts: Path) -> set[Claim]:
    header, *body = _read(parts)
    return {_claim(header, row) for row in body if row[header.index("seeds")] == "0"}


def _read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.reader(handle))
