"""Each table against numbers counted by hand from the run folders."""

import csv
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from statistics import mean

import pytest
from pyarrow import parquet

from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables import group_tables
from cartolearn.report.tables.accuracy import accuracy_table, threshold_table
from cartolearn.report.tables.aso import aso_table, paper_aso_table, scores_of
from cartolearn.report.tables.binary import binary_table
from cartolearn.report.tables.by_round import batch_table, curve_table
from cartolearn.report.tables.data import dataset_table, full_data_table
from cartolearn.report.tables.differences import differences_table
from cartolearn.report.tables.hybrid import hybrid_table
from cartolearn.report.tables.labels import labels_table
from cartolearn.report.tables.overlap import overlap_table
from cartolearn.report.tables.seconds import seconds_table
from cartolearn.statistics.aso import pairwise_aso
from cartolearn.statistics.intervals import Estimate
from tests.report.folders import Job, write_full, write_run


def row_of(table: Table | None, *key: Cell) -> dict[str, Cell]:
    assert table is not None
    (row,) = [row for row in table.rows if tuple(row[: len(key)]) == key]
    return dict(zip(table.columns, row, strict=True))


def value(cell: Cell) -> float:
    assert isinstance(cell, Estimate)
    return cell.value


def curves_by_hand(root: Path, strategy: str, column: str = "accuracy") -> list[list[float]]:
    curves = []
    for seed in range(5):
        path = root / f"strategy={strategy},dataset=trec,seed={seed}" / "rounds.csv"
        with path.open(encoding="utf-8") as handle:
            curves.append([float(row[column]) for row in csv.DictReader(handle)])
    return curves


def test_accuracy_is_the_mean_over_seeds_and_best_first(grid: Group, grid_folder: Path) -> None:
    table = accuracy_table(grid)
    curves = curves_by_hand(grid_folder, "dal")
    row = row_of(table, "dal")
    assert value(row["final accuracy"]) == pytest.approx(mean(c[-1] for c in curves))
    assert value(row["mean accuracy"]) == pytest.approx(mean(mean(c) for c in curves))
    base = curves_by_hand(grid_folder, "random")
    assert value(row["final - random"]) == pytest.approx(
        mean(a[-1] - b[-1] for a, b in zip(curves, base, strict=True))
    )
    assert row_of(table, "random")["final - random"] is None
    order = [value(row[4]) for row in table.rows]
    assert order == sorted(order, reverse=True)


def test_every_table_states_seeds_intervals_baseline_and_rows(grid: Group) -> None:
    tables = group_tables(grid, "aulc")
    assert len(tables) == 14
    for table in tables:
        assert "Seeds: 5." in table.note
        assert "Intervals: 95 %" in table.note
        assert "baseline" in table.note.lower()
        assert "300 training and 100 test rows" in table.note
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_dataset_table_counts_rows_and_labels(grid: Group) -> None:
    row = row_of(dataset_table([grid]), "trec", "grid")
    counts = [row[name] for name in ("train", "test", "classes", "seed set", "labels at the end")]
    assert counts == [300, 100, 3, 20, 80]
    assert row["runs"] == 50


def test_differences_are_paired_and_tested(grid: Group, grid_folder: Path) -> None:
    row = row_of(differences_table(grid), "dal", "bald")
    a, b = (curves_by_hand(grid_folder, s) for s in ("dal", "bald"))
    wanted = mean(x[-1] - y[-1] for x, y in zip(a, b, strict=True))
    assert value(row["final"]) == pytest.approx(wanted)
    assert row["final p"] == 2 / 32
    assert row["final p Holm"] == 1.0


def test_aso_table_says_which_scores_and_level(grid: Group) -> None:
    table = aso_table(grid, "rounds")
    assert table is not None
    assert "pooled" in table.note
    assert "21 pairs: level 0.9976" in table.note
    assert row_of(table, "dal")["dal"] is None
    assert row_of(aso_table(grid, "final"), "least_confidence")["dal"] == 0.0
    assert len(scores_of(grid, "dal", "rounds")) == 5 * 7
    assert len(scores_of(grid, "dal", "final")) == len(scores_of(grid, "dal", "aulc")) == 5


def test_the_paper_s_six_strategies_are_fifteen_pairs(grid: Group) -> None:
    table = paper_aso_table(grid)
    assert table is not None
    assert table.columns == (
        "strategy", "random", "least_confidence", "entropy", "bald", "dal", "cal",
    )  # fmt: skip
    assert "15 pairs: level 0.9967" in table.note
    alone = {name: scores_of(grid, name, "aulc") for name in table.columns[1:]}
    assert row_of(table, "dal")["cal"] == pairwise_aso(alone)[4, 5]


def test_binary_classifiers_early_and_late(grid: Group, grid_folder: Path) -> None:
    table = binary_table(grid)
    row = row_of(table, "cal", "cal", "cross-validated")
    early, late = [], []
    for seed in range(5):
        path = grid_folder / f"strategy=cal,dataset=trec,seed={seed}" / "rounds.csv"
        with path.open(encoding="utf-8") as handle:
            cells = [line["cal_binary_cv_auc"] for line in csv.DictReader(handle)]
        assert cells[-1] == ""  # the last round chooses nothing
        values = [float(cell) for cell in cells[:-1]]
        early.append(mean(values[:5]))
        late.append(mean(values[-2:]))
    assert value(row["auc, rounds 1-5"]) == pytest.approx(mean(early))
    assert value(row["auc, last third"]) == pytest.approx(mean(late))
    assert value(row["majority, last third"]) == 0.7
    assert row_of(table, "dal", "dal", "training rows")["seeds"] == 5


def test_threshold_table_has_the_plain_run_among_the_others(grid: Group) -> None:
    table = threshold_table(grid)
    assert table is not None
    assert [row[0] for row in table.rows] == [0.0, 0.2, 0.4, 0.6]
    row = row_of(table, 0.4)
    assert isinstance(row["final - 0.2"], Estimate)
    assert row_of(table, 0.2)["final - 0.2"] is None


def picked_by_hand(root: Path, strategy: str, seed: int) -> list[set[int]]:
    folder = root / f"strategy={strategy},dataset=trec,seed={seed}"
    rows = parquet.read_table(folder / "selections.parquet").to_pylist()
    return [{row["id"] for row in rows if row["round"] == r} for r in range(1, 7)]


def test_overlap_counts_ids_not_positions(grid: Group, grid_folder: Path) -> None:
    same_round = same_run = 0
    for seed in range(5):
        a, b = (picked_by_hand(grid_folder, s, seed) for s in ("least_confidence", "entropy"))
        same_round += sum(len(x & y) for x, y in zip(a, b, strict=True))
        same_run += len(set(chain(*a)) & set(chain(*b)))
    row = row_of(overlap_table(grid), "least_confidence and entropy")
    assert (row["same round"], row["same run"]) == (same_round, same_run)
    assert same_run > same_round > 0
    assert row["picked by each"] == 5 * 60
    assert row["by chance %"] == pytest.approx(100 * 60 / 280)


def test_labels_needed_on_the_mean_curve(grid: Group, grid_folder: Path) -> None:
    full = mean(0.6 + seed / 1000 for seed in range(5))
    curves = curves_by_hand(grid_folder, "cal")
    curve = [mean(column) for column in zip(*curves, strict=True)]
    labels = next(20 + 10 * r for r, v in enumerate(curve) if v >= 0.9 * full)
    row = row_of(labels_table(grid), "cal")
    assert str(row["labels for 90%"]).startswith(f"{labels} (")
    assert row["seeds at 90%"] == f"{sum(max(c) >= 0.9 * full for c in curves)} of 5"
    assert row_of(labels_table(grid), "dal")["labels for 99%"] == "not reached"


def test_full_data_and_seconds(grid: Group, grid_folder: Path) -> None:
    row = row_of(full_data_table(grid), "trec")
    assert value(row["accuracy"]) == pytest.approx(0.602)
    seconds = curves_by_hand(grid_folder, "dal", "score_seconds")
    row = row_of(seconds_table(grid), "dal")
    assert value(row["choosing"]) == pytest.approx(mean(mean(s[:-1]) for s in seconds))


def test_combination_stands_beside_its_parts(grid: Group) -> None:
    table = hybrid_table(grid)
    assert table is not None
    assert [row[:2] for row in table.rows] == [("cal_dal", "cal"), ("cal_dal", "dal")]


def test_curves_and_batches_as_numbers(grid: Group, grid_folder: Path) -> None:
    row = row_of(curve_table(grid), "cal", 2)
    wanted = mean(curve[2] for curve in curves_by_hand(grid_folder, "cal"))
    assert value(row["accuracy"]) == pytest.approx(wanted)
    assert row["labels"] == 40
    by_hand = []
    for seed in range(5):
        batch = picked_by_hand(grid_folder, "cal", seed)[1]
        folder = grid_folder / f"strategy=cal,dataset=trec,seed={seed}"
        rows = parquet.read_table(folder / "data_maps" / "round_002.parquet").to_pylist()
        by_hand.append(mean(r["variability"] for r in rows if r["id"] in batch))
    row = row_of(batch_table(grid), "cal", 2)
    assert value(row["variability"]) == pytest.approx(mean(by_hand))


def test_a_run_of_thirty_rounds_gives_twenty_nine_batches_as_the_paper(
    tmp_path: Path, groups_of: Callable[[Path], list[Group]]
) -> None:
    write_run(tmp_path, Job(rounds=30, batch=2))
    (group,) = groups_of(tmp_path)
    assert len(batch_table(group).rows) == 29


def test_one_strategy_one_seed_still_gives_what_can_be_said(
    tmp_path: Path, groups_of: Callable[[Path], list[Group]]
) -> None:
    write_run(tmp_path, Job("cal"))
    write_full(tmp_path, Job(), 0.5)
    (group,) = groups_of(tmp_path)
    names = [table.name for table in group_tables(group, "aulc")]
    assert names == [
        "accuracy", "labels_needed", "full_data", "binary_classifier", "seconds",
        "learning_curves", "batch_statistics",
    ]  # fmt: skip
    assert "No runs of the baseline" in accuracy_table(group).note


def test_strategies_without_a_common_seed_are_not_paired(
    tmp_path: Path, groups_of: Callable[[Path], list[Group]]
) -> None:
    write_run(tmp_path, Job("cal", seed=1))
    write_run(tmp_path, Job("random", seed=2))
    (group,) = groups_of(tmp_path)
    assert differences_table(group) is None
    assert overlap_table(group) is None
    assert row_of(accuracy_table(group), "cal")["AULC - random"] is None
