"""The trackers' numbers against formulas that a reader can check."""

import logging
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest

from cartolearn.data.dataset import Dataset
from cartolearn.runs.run import load_run
from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.measures import class_balance, class_keys, final_measures
from tests.report.folders import Job, write_full
from tests.tracking.simulated import WORLD as SAME
from tests.tracking.simulated import info


def labelled(*labels: int, names: tuple[str, ...] = ("a", "b", "c")) -> RunInfo:
    rows = np.arange(len(labels))
    texts = [str(row) for row in rows]
    data = Dataset("d", texts, np.array(labels, dtype=np.int64), names, rows, rows[:0])
    return RunInfo(Path("run"), {}, {}, data)


def test_class_balance_by_hand() -> None:
    run = labelled(0, 0, 0, 1, 2, 2)
    assert class_balance(run, np.array([0, 1, 2, 3])) == {
        "batch/balance": pytest.approx(-(0.75 * log(0.75) + 0.25 * log(0.25)) / log(3)),
        "batch/share_a": 0.75,
        "batch/share_b": 0.25,
        "batch/share_c": 0.0,
    }
    assert class_balance(run, np.array([0, 3, 4]))["batch/balance"] == pytest.approx(1)
    assert class_balance(run, np.array([4, 5]))["batch/balance"] == 0


def test_class_balance_of_one_class_and_of_very_many() -> None:
    assert class_balance(labelled(0, 0, names=("only",)), np.array([0, 1]))["batch/balance"] == 0
    names = tuple(str(number) for number in range(10_000))
    many = class_balance(labelled(0, 9_999, names=names), np.array([0, 1]))
    assert many == {"batch/balance": pytest.approx(log(2) / log(10_000))}


def test_class_names_become_names_of_metrics() -> None:
    assert class_keys(["World", "Sci/Tech", "\u202ex\n", ""]) == ["World", "Sci_Tech", "_x_", "_"]
    assert class_keys(["a b", "a/b", "c"]) == ["0_a_b", "1_a_b", "2_c"]


def test_labels_to_shares_of_full_data_accuracy(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="cartolearn")
    job = Job("cal", rounds=6)
    run = info(tmp_path / "sweep", job)
    own = load_run(run.folder)
    for seed, accuracy in ((0, 0.6), (1, 0.62)):
        write_full(tmp_path / "full", replace(job, seed=seed), accuracy, SAME)
    values = final_measures(run)
    assert values["full_data_accuracy"] == pytest.approx(0.61)
    for percent in (90, 95):
        reached = [
            labels
            for labels, accuracy in zip(own.labelled, own.accuracy, strict=True)
            if accuracy >= 0.61 * percent / 100
        ]
        assert values[f"labels_to_{percent}_percent"] == min(reached)
    assert caplog.text == ""


def test_a_share_that_is_not_reached_is_left_out_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="cartolearn")
    run = info(tmp_path / "sweep")
    write_full(tmp_path / "full", Job("cal", rounds=3), 0.99, SAME)
    assert final_measures(run) == {"full_data_accuracy": 0.99}
    assert "labels_to_95_percent is not tracked: not reached with 50 labels" in caplog.text


@pytest.mark.parametrize("settings", [{"max_epochs": 9}, {}])
def test_full_data_of_other_settings_or_data_do_not_count(
    tmp_path: Path, settings: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="cartolearn")
    run = info(tmp_path / "sweep")
    world = SAME if settings else replace(SAME, fingerprint="other")
    write_full(tmp_path / "full", Job("cal", rounds=3, settings=settings), 0.6, world)
    assert final_measures(run) == {}
    assert "cartolearn map writes one" in caplog.text
