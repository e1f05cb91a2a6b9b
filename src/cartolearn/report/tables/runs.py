"""Which runs the report is made of."""

from collections.abc import Iterable

from cartolearn.report.alone import Alone
from cartolearn.report.groups import Group
from cartolearn.report.table import Table

ALL_DATA = "training on all data"
Row = tuple[str, str, str, int, str]


def runs_table(groups: list[Group], alone: list[Alone]) -> Table:
    """One row a dataset, protocol and strategy, with the seeds it was run with."""
    rows: list[Row] = []
    for group in groups:
        place = group.dataset.name, group.protocol
        rows += [_row(place, strategy, seeds) for strategy, seeds in group.runs.items()]
        if group.full:
            rows.append(_row(place, ALL_DATA, group.full))
    rows += [_row((one.dataset.name, one.protocol), ALL_DATA, one.runs) for one in alone]
    return Table(
        name="runs",
        title="Runs",
        columns=("dataset", "protocol", "strategy", "seeds", "which seeds"),
        rows=rows,
        shown=False,
    )


def _row(place: tuple[str, str], strategy: str, seeds: Iterable[int]) -> Row:
    listed = list(seeds)
    return (*place, strategy, len(listed), " ".join(map(str, listed)))
