"""Chunk size, order of jobs, launchers, workers and processes change nothing."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cartolearn.loop.active_learning import Round, active_learning
from cartolearn.models import learner, predict
from cartolearn.models.binary import BinarySettings
from cartolearn.models.trained import Trained
from cartolearn.strategies.base import Strategy
from cartolearn.strategies.cal import CAL
from cartolearn.strategies.entropy import Entropy
from tests.command import run
from tests.reliability.processes import content, finish
from tests.reliability.small_run import CONF, small_options
from tests.toy import toy_dataset, toy_learner, toy_loop

SMALL_CAL = CAL(classifier=BinarySettings(hidden_size=8, max_epochs=3, batch_size=8))


def rounds_of(strategy: Strategy) -> list[Round]:
    return list(active_learning(toy_dataset(), toy_learner(), strategy, toy_loop()))


@pytest.mark.parametrize("strategy", [Entropy(), SMALL_CAL])
@pytest.mark.parametrize("rows", [16, 37, 90])
def test_chunks_change_no_selection(
    strategy: Strategy, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rounds_of(strategy)
    monkeypatch.setattr(learner, "Trained", partial(Trained, rows=rows))
    monkeypatch.setattr(predict.chunks_of, "__defaults__", (rows,))
    for mine, theirs in zip(rounds_of(strategy), expected, strict=True):
        assert mine.metrics.accuracy == theirs.metrics.accuracy
        np.testing.assert_array_equal(mine.data_map.ids, theirs.data_map.ids)


def test_the_same_run_again_in_another_process_and_after_others(
    texts: Path, finished: Path, tmp_path: Path
) -> None:
    finish(texts, tmp_path / "other", "seed=1", "strategy.correctness_threshold=0.5")
    finish(texts, tmp_path / "same")
    assert content(tmp_path / "same") == content(finished)
    assert content(tmp_path / "other")["rounds.csv"] != content(finished)["rounds.csv"]


def files_of(sweep: Path) -> dict[str, Any]:
    """Return the files of each run of a sweep, times and the command's words aside."""
    found = {}
    for folder in (path.parent for path in sweep.glob("*/finished.json")):
        files = content(folder)
        facts = json.loads(files["run.json"])
        files["run.json"] = {key: facts[key] for key in facts if key != "overrides"}
        files.pop("job.log", None)
        found[folder.name] = files
    return found


def words(texts: Path) -> list[str]:
    return [*small_options(texts), "loop.rounds=2", f"paths.cache_dir='{texts.parent / 'cache'}'"]


def sweep_folders(folder: Path) -> list[str]:
    return [f"hydra.sweep.dir='{folder}'", "hydra.sweep.subdir=${hydra:runtime.choices.strategy}"]


@pytest.fixture
def alone(texts: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The files of two runs that were started one by one."""
    for job in ("dal", "cal"):
        folder = f"hydra.run.dir='{tmp_path / 'alone' / job}'"
        done = run(capfd, *words(texts), f"strategy={job}", folder)
        assert done.code == 0, done.err
    return files_of(tmp_path / "alone")


def test_a_sweep_in_one_process_is_the_same_as_runs_one_by_one(
    texts: Path, tmp_path: Path, alone: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    folders = sweep_folders(tmp_path / "sweep")
    sweep = ["strategy=cal,dal", "hydra/launcher=basic", *folders, "-m"]
    done = run(capfd, *words(texts), *sweep)
    assert done.code == 0, done.err
    assert files_of(tmp_path / "sweep") == alone


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "order"), [(1, "cal,dal"), (2, "dal,cal")])
def test_workers_and_order_of_a_sweep_change_nothing(
    texts: Path, tmp_path: Path, alone: dict[str, Any], jobs: int, order: str
) -> None:
    folders = sweep_folders(tmp_path / "sweep")
    sweep = [f"strategy={order}", f"hydra.launcher.jobs={jobs}", *folders, "-m"]
    command = [sys.executable, "-m", "src.run", *words(texts), *sweep]
    subprocess.run(command, cwd=CONF.parent, check=True, capture_output=True)
    assert files_of(tmp_path / "sweep") == alone
