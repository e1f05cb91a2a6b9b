"""Combined strategies beside their parts (DAL + CAL in the paper)."""

from cartolearn.report.groups import Group
from cartolearn.report.table import Table
from cartolearn.report.tables.accuracy import difference, estimate
from cartolearn.report.tables.note import group_table


def parts_of(label: str, group: Group) -> list[str]:
    """Return the strategies that a combination is named after: ``cal``, ``dal`` of ``cal_dal``."""
    parts = label.split("_")
    return parts if len(parts) > 1 and all(part in group.runs for part in parts) else []


def hybrid_table(group: Group) -> Table | None:
    """Return one row a combination and part; None without one whose parts were run too."""
    rows = [
        (label, part, len(group.runs[label].keys() & group.runs[part].keys()),
         estimate(group, label, "final"), estimate(group, part, "final"),
         difference(group, label, part, "final"), difference(group, label, part, "aulc"))
        for label in group.strategies for part in parts_of(label, group)
    ]  # fmt: skip
    columns = ("combined", "part", "seeds", "final combined", "final part", "final difference",
               "AULC difference")  # fmt: skip
    return group_table(
        group, "combined", "Combined strategies and their parts", columns, rows,
        "Differences: combined minus part, paired by seed.",
    ) if rows else None  # fmt: skip
