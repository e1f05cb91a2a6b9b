"""Table 3: how much the correctness threshold matters."""

from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.accuracy import difference, estimate
from cartolearn.report.tables.note import note

PAPER = 0.2


def threshold_table(group: Group) -> Table | None:
    """One row a threshold; None unless there are two."""
    labels = group.thresholds
    if len(labels) < 2:
        return None
    return Table(
        name="table_3_threshold",
        title=f"Table 3: correctness threshold of CAL ({group.title})",
        columns=("t_cor", "seeds", "final accuracy", "AULC", "final - 0.2", "AULC - 0.2"),
        rows=[_row(group, value, labels) for value in labels],
        note=note(group, f"The last two columns are paired with t_cor {PAPER}, the paper's."),
        digits={"t_cor": 1},
    )


def _row(group: Group, threshold: float, labels: dict[float, str]) -> tuple[Cell, ...]:
    label, reference = labels[threshold], labels.get(PAPER, "")
    return (
        threshold,
        len(group.runs[label]),
        estimate(group, label, "final"),
        estimate(group, label, "aulc"),
        difference(group, label, reference, "final"),
        difference(group, label, reference, "aulc"),
    )
