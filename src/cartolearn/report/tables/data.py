"""Which data, runs and trainings on all data the report is made of (Table 1)."""

from collections.abc import Iterable

import numpy as np

from cartolearn.report.full_data_only import FullDataOnly
from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import INTERVALS, data_rows
from cartolearn.runs.full_data import FullRun
from cartolearn.statistics.intervals import mean_estimate

ALL_DATA = "training on all data"
TRAINED = ("rows", "seeds", "accuracy", "macro-F1", "seconds")
Row = tuple[str, str, str, int, str]


def dataset_table(groups: list[Group]) -> Table:
    """Return one row a dataset and protocol: rows, classes, first and last number of labels."""
    columns = ("dataset", "protocol", "train", "test", "classes", "seed set", "labels at the end",
               "runs", "fingerprint")  # fmt: skip
    rows = []
    for group in groups:
        data, runs = group.dataset, group.all_runs
        rows.append(
            (data.name, group.protocol, data.train, data.test, len(data.classes),
             int(runs[0].labelled[0]), max(int(run.labelled[-1]) for run in runs), len(runs),
             data.fingerprint[:12])
        )  # fmt: skip
    note = "Rows as the runs read them; accuracy is measured on the test rows."
    return Table("table_1_datasets", "Table 1: datasets", columns, rows, note)


def runs_table(groups: list[Group], trainings: list[FullDataOnly]) -> Table:
    """Return one row a dataset, protocol and strategy, with the seeds it was run with."""
    rows: list[Row] = []
    for group in groups:
        place = group.dataset.name, group.protocol
        rows += [_run_row(place, strategy, seeds) for strategy, seeds in group.runs.items()]
        if group.full:
            rows.append(_run_row(place, ALL_DATA, group.full))
    rows += [_run_row((one.dataset.name, one.protocol), ALL_DATA, one.runs) for one in trainings]
    columns = ("dataset", "protocol", "strategy", "seeds", "which seeds")
    return Table("runs", "Runs", columns, rows, shown=False)


def full_data_table(group: Group) -> Table | None:
    """Return the training on all data; None without one."""
    if not group.full:
        return None
    return Table(
        name="full_data",
        title=f"Training on all training data ({group.title})",
        columns=("data", *TRAINED),
        rows=[(group.dataset.name, *_trained(group.dataset.train, group.full.values()))],
        note=f"Seeds: {len(group.full)}. {INTERVALS} {data_rows(group)} No strategy and no"
        " baseline here.",
        digits={"seconds": 1},
    )


def full_data_only_table(trainings: list[FullDataOnly]) -> Table:
    """Return one row a dataset and protocol with which no strategy was run."""
    return Table(
        name="full_data_alone",
        title="Training on all training data, where no strategy was run with the same settings",
        columns=("data", "protocol", *TRAINED),
        rows=[
            (one.dataset.name, one.protocol, *_trained(one.dataset.train, one.runs.values()))
            for one in trainings
        ],
        note=f"{INTERVALS} No strategy and no baseline here.",
        digits={"seconds": 1},
    )


def _run_row(place: tuple[str, str], strategy: str, seeds: Iterable[int]) -> Row:
    listed = list(seeds)
    return (*place, strategy, len(listed), " ".join(map(str, listed)))


def _trained(rows: int, runs: Iterable[FullRun]) -> list[Cell]:
    """Return rows, seeds, and accuracy, macro-F1 and seconds over the seeds."""
    listed = list(runs)
    return [rows, len(listed)] + [
        mean_estimate(np.array([getattr(run, name) for run in listed]))
        for name in ("accuracy", "macro_f1", "seconds")
    ]
