"""The report's tables, one a file; each takes a group of comparable runs."""

from collections.abc import Callable

from cartolearn.report.groups import Group
from cartolearn.report.table import Table
from cartolearn.report.tables.accuracy import accuracy_table, threshold_table
from cartolearn.report.tables.aso import ScoreSet, aso_table, paper_aso_table
from cartolearn.report.tables.binary import binary_table
from cartolearn.report.tables.by_labels import by_labels_table
from cartolearn.report.tables.by_round import batch_table, curve_table
from cartolearn.report.tables.data import full_data_table
from cartolearn.report.tables.differences import differences_table
from cartolearn.report.tables.hybrid import hybrid_table
from cartolearn.report.tables.labels import labels_table
from cartolearn.report.tables.overlap import overlap_table
from cartolearn.report.tables.seconds import seconds_table
from cartolearn.report.tables.successor import every_round_table, successor_table

TABLES: tuple[Callable[[Group], Table | None], ...] = (
    accuracy_table,
    by_labels_table,
    differences_table,
    threshold_table,
    overlap_table,
    labels_table,
    full_data_table,
    hybrid_table,
    binary_table,
    successor_table,
    every_round_table,
    seconds_table,
    curve_table,
    batch_table,
)


def group_tables(group: Group, scores: ScoreSet) -> list[Table]:
    """Return all tables of a group that its runs give something for."""
    tables = [
        aso_table(group, scores),
        paper_aso_table(group, scores),
        *(make(group) for make in TABLES),
    ]
    return [table for table in tables if table is not None]
