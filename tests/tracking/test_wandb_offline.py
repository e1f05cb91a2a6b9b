"""What W&B's own offline files hold of a run, compared with the run's files."""

import csv
from pathlib import Path

import pytest

from src.report.runs import load_run
from src.tracking.wandb import Wandb
from tests.report.folders import NAMES, Job
from tests.tracking.offline_file import OfflineRun
from tests.tracking.simulated import info, track

OFFLINE = {"wandb": Wandb("project", mode="offline")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = info(tmp_path_factory.mktemp("sweep"), Job("cal", rounds=3, options={"t": 0.2}))
    track({"wandb": Wandb("project", "someone", mode="offline")}, run)
    return run.folder


@pytest.fixture(scope="module")
def offline(folder: Path) -> OfflineRun:
    return OfflineRun(folder / "wandb")


def test_rounds_are_those_of_rounds_csv(folder: Path, offline: OfflineRun) -> None:
    with (folder / "rounds.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rounds = [row for row in offline.history if "accuracy" in row]
    assert len(rounds) == len(rows) == 4
    for row, logged in zip(rows, rounds, strict=True):
        assert logged["n_labelled"] == int(row["labelled"])
        for name in ("accuracy", "macro_f1", "train_seconds", "score_seconds", "seconds"):
            assert logged[name] == float(row[name])
        assert "loss" in logged


def test_run_can_be_found(offline: OfflineRun) -> None:
    run = offline.run
    assert (run.project, run.entity) == ("project", "someone")
    assert (run.run_group, run.job_type) == ("trec, grid", "cal")
    assert run.display_name == "cal trec seed 0"
    assert list(run.tags) == ["trec", "cal"]
