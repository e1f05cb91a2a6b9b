"""Table 1: the datasets."""

from cartolearn.report.groups import Group
from cartolearn.report.table import Table


def dataset_table(groups: list[Group]) -> Table:
    """One row a dataset and protocol: rows, classes, and first and last number of labels."""
    columns = ("dataset", "protocol", "train", "test", "classes", "seed set", "labels at the end",
               "runs", "fingerprint")  # fmt: skip
    return Table(
        name="table_1_datasets",
        title="Table 1: datasets",
        columns=columns,
        rows=[_row(group) for group in groups],
        note="Rows as the runs read them; accuracy is measured on the test rows.",
    )


def _row(group: Group) -> tuple[str | int, ...]:
    runs = [run for by_seed in group.runs.values() for run in by_seed.values()]
    data = group.dataset
    return (
        data.name,
        group.protocol,
        data.train,
        data.test,
        len(data.classes),
        int(runs[0].labelled[0]),
        max(int(run.labelled[-1]) for run in runs),
        len(runs),
        data.fingerprint[:12],
    )
