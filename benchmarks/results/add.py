"""Adding to a recipe what is new: tables, figures and claims that an earlier report had not yet."""

from pathlib import Path

from benchmarks.results.collect import copy_table, figures_of, group_folders, shrink
from benchmarks.results.merge import CLAIMS, PARTS, Written, joined, unjudged
from cartolearn.errors import InputError
from cartolearn.report.groups import BASELINE


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
    known, groups = group_folders(results), group_folders(report)
    for pair, group in groups.items():
        if pair not in known:
            raise InputError(f"{results} has nothing on {' and '.join(pair)}; leave out --add")
        if strangers := accuracies(group) - accuracies(known[pair]):
            names = ", ".join(sorted(row[0] for row in strangers))
            raise InputError(
                f"{group}: these runs ({names}) have other accuracies than those of {known[pair]};"
                " make one report of all runs and leave out --add"
            )
    for pair, group in groups.items():
        _add_group(group, known[pair])
    parts = Written.read(report / PARTS)
    taken = {*parts.claims()} - {*Written.read(results / PARTS).claims()} - unjudged(parts)
    for name in (CLAIMS, PARTS):
        new = Written.read(report / name)
        chosen = [place for place, claim in enumerate(new.claims()) if claim in taken]
        joined(Written.read(results / name), new.taken(chosen)).write(results / name)


def accuracies(group: Path) -> set[tuple[str, ...]]:
    """Return what the runs of each strategy reached by themselves, not less random's."""
    table = Written.read(group / "accuracy.csv")
    own = [place for place, name in enumerate(table.header) if f" - {BASELINE}" not in name]
    return {tuple(row[place] for place in own) for row in table.rows}


def _add_group(group: Path, target: Path) -> None:
    for path in sorted(group.glob("*.csv")):
        if not (target / path.name).exists():
            copy_table(path, target)
    for figure in figures_of(group):
        if not (target / figure.name).exists():
            shrink(figure, target / figure.name)
