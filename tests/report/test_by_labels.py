"""Accuracy at each number of labels, beside random's: paired, tested, adjusted by hand."""

from pathlib import Path
from statistics import mean

import numpy as np
import pytest

from cartolearn.report.groups import Group, group_runs
from cartolearn.report.table import Table
from cartolearn.report.tables.by_labels import FEW, by_labels_table
from cartolearn.runs.run import find_folders, load_runs
from cartolearn.statistics.intervals import Estimate
from cartolearn.statistics.paired import detectable, holm, sign_flip_test
from tests.report.folders import Job, write_run

STRATEGIES = ("random", "cal", "margin")


def group_of(root: Path) -> Group:
    ((group,), _) = group_runs(load_runs(find_folders([root], "run.json"))[0], [])
    return group


@pytest.fixture
def group(tmp_path: Path) -> Group:
    for strategy in STRATEGIES:
        for seed in range(5 if strategy != "margin" else 1):
            write_run(tmp_path, Job(strategy, seed, rounds=2))
    return group_of(tmp_path)


def rows_of(table: Table | None) -> list[dict[str, object]]:
    assert table is not None
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_each_row_is_what_its_runs_say(group: Group) -> None:
    rows = rows_of(by_labels_table(group))
    assert [(row["labels"], row["strategy"]) for row in rows] == [
        (labels, strategy) for labels in (20, 30, 40) for strategy in STRATEGIES
    ]
    seed_set, *of_cal = [row for row in rows if row["strategy"] == "cal"]
    assert [seed_set[name] for name in ("accuracy - random", "p", "p Holm")] == [None] * 3
    p_values = []
    for place, row in enumerate(of_cal, start=1):
        cal, random = (
            [float(group.runs[name][seed].accuracy[place]) for seed in range(5)]
            for name in ("cal", "random")
        )
        differences = np.array([a - b for a, b in zip(cal, random, strict=True)])
        assert isinstance(row["accuracy"], Estimate)
        assert row["accuracy"].value == pytest.approx(mean(cal))
        assert isinstance(row["accuracy - random"], Estimate)
        assert row["accuracy - random"].value == pytest.approx(differences.mean())
        p_values.append(sign_flip_test(differences))
        assert row["p"] == p_values[-1]
        assert row["could be seen"] == detectable(float(differences.std(ddof=1)), 5)
    assert [row["p Holm"] for row in of_cal] == holm(np.array(p_values)).tolist()
    assert any(row["p"] != row["p Holm"] for row in of_cal)


def test_random_has_no_difference_and_one_seed_no_test(group: Group) -> None:
    for row in rows_of(by_labels_table(group)):
        if row["strategy"] == "random":
            assert [row[name] for name in ("accuracy - random", "p", "p Holm")] == [None] * 3
        if row["strategy"] == "margin" and row["labels"] != 20:
            assert isinstance(row["accuracy - random"], Estimate)
            assert [row[name] for name in ("seeds", "p", "p Holm")] == [1, None, None]


@pytest.mark.parametrize(("rounds", "shown"), [(FEW - 1, True), (FEW, False)])
def test_curves_of_many_rounds_are_left_to_their_file(
    tmp_path: Path, rounds: int, *, shown: bool
) -> None:
    for strategy in ("random", "cal"):
        write_run(tmp_path, Job(strategy, 0, rounds=rounds))
    assert (by_labels_table(group_of(tmp_path)) is not None) == shown


def test_one_strategy_has_nothing_to_stand_beside(tmp_path: Path) -> None:
    write_run(tmp_path, Job("cal", 0, rounds=2))
    assert by_labels_table(group_of(tmp_path)) is None
