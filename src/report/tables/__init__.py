"""The report's tables, one a file; each takes a group of comparable runs."""

from collections.abc import Callable

from src.report.groups import Group
from src.report.table import Table
from src.report.tables.accuracy import accuracy_table
from src.report.tables.aso import ScoreSet, aso_table
from src.report.tables.batches import batch_table
from src.report.tables.curves import curve_table
from src.report.tables.differences import differences_table
from src.report.tables.full_data import full_data_table
from src.report.tables.hybrid import hybrid_table
from src.report.tables.labels import labels_table
from src.report.tables.overlap import overlap_table
from src.report.tables.seconds import seconds_table
from src.report.tables.threshold import threshold_table

TABLES: tuple[Callable[[Group], Table | None], ...] = (
    accuracy_table,
    differences_table,
    threshold_table,
    overlap_table,
    labels_table,
    full_data_table,
    hybrid_table,
    seconds_table,
    curve_table,
    batch_table,
)


def group_tables(group: Group, scores: ScoreSet) -> list[Table]:
    """All tables of a group that its runs give something for."""
    tables = [aso_table(group, scores), *(make(group) for make in TABLES)]
    return [table for table in tables if table is not None]
