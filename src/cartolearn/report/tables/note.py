"""A table of one group, and what every table says below itself."""

from collections.abc import Callable, Mapping, Sequence

from cartolearn.report.groups import BASELINE, Group
from cartolearn.report.table import Cell, Table

INTERVALS = "Intervals: 95 %, expanded percentile bootstrap over seeds."
Column = Callable[[str], Cell]


def group_table(
    group: Group,
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *more: str,
    digits: Mapping[str, int] | None = None,
    shown: bool = True,
) -> Table:
    """Return a table whose title names the group and whose note ends with ``more``."""
    note = " ".join([seeds(group), INTERVALS, baseline(group), data_rows(group), *more])
    return Table(name, f"{title} ({group.title})", columns, rows, note, digits or {}, shown)


def strategy_rows(strategies: Sequence[str], columns: Mapping[str, Column]) -> list[list[Cell]]:
    """Return one row a strategy: its label, and what each column says about it."""
    return [[label, *(cell(label) for cell in columns.values())] for label in strategies]


def seeds(group: Group) -> str:
    """Say how many seeds each strategy has."""
    counts = sorted({len(runs) for runs in group.runs.values()})
    if len(counts) == 1:
        return f"Seeds: {counts[0]}."
    return f"Seeds: {counts[0]} to {counts[-1]} a strategy."


def baseline(group: Group) -> str:
    """Say whether the random baseline is there."""
    if BASELINE in group.runs:
        return f"Baseline: {BASELINE}."
    return f"No runs of the baseline {BASELINE}."


def data_rows(group: Group) -> str:
    """Say how much data it is."""
    data = group.dataset
    return f"Data: {data.name}, {data.train:,} training and {data.test:,} test rows."
