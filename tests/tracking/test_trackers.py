"""What all trackers have in common, and those that Lightning brings."""

import csv
import importlib.util
import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from cartolearn.loop.mirror import Status
from cartolearn.loop.record import Record
from cartolearn.tracking.base import Tracker, Trackers
from cartolearn.tracking.csv import Csv
from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.mlflow import Mlflow
from cartolearn.tracking.tensorboard import TensorBoard
from tests.command import run
from tests.report.folders import Job
from tests.tracking.offline_file import OfflineRun
from tests.tracking.simulated import info, records, track

needs_mlflow = pytest.mark.skipif(
    importlib.util.find_spec("mlflow") is None, reason="the extra mlflow is not installed"
)


class Breaking:
    """A tracker and its session; it fails in one method and notes every call."""

    def __init__(self, at: str, error: BaseException) -> None:
        self.at, self.error, self.calls = at, error, list[str]()

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name == self.at:
            raise self.error

    def lacks(self, folder: Path) -> bool:  # noqa: ARG002
        return True

    def open(self, run: RunInfo) -> "Breaking":  # noqa: ARG002
        self._call("open")
        return self

    def log(self, values: Mapping[str, float], record: Record, epochs_before: int) -> None:  # noqa: ARG002
        self._call("log")

    def finish(self, summary: Mapping[str, float], labelled: int) -> None:  # noqa: ARG002
        self._call("finish")

    def close(self, status: Status) -> None:  # noqa: ARG002
        self._call("close")


@pytest.mark.parametrize("error", [OSError("no space\nleft"), SystemExit(1), AssertionError()])
@pytest.mark.parametrize("at", ["open", "log", "finish", "close"])
def test_a_tracker_that_fails_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, at: str, error: BaseException
) -> None:
    broken, whole = Breaking(at, error), Breaking("nowhere", error)
    track({"broken": broken, "whole": whole}, info(tmp_path))
    assert whole.calls == ["open", *["log"] * 4, "finish", "close"]
    after = [] if at == "open" else ["close"]
    assert broken.calls == [*whole.calls[: whole.calls.index(at) + 1], *after]
    warnings = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "broken failed" in warnings[0]
    assert "\n" not in warnings[0]


def test_ctrl_c_is_not_swallowed(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        track({"broken": Breaking("log", KeyboardInterrupt())}, info(tmp_path))


def test_a_round_is_logged_although_its_data_map_cannot_be_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = info(tmp_path)
    (run.folder / "data_maps" / "round_001.parquet").write_bytes(b"torn")
    session = Breaking("nowhere", OSError())
    Trackers({"one": session}, run).log(records(run)[:2])
    assert session.calls == ["open", "log"]
    assert "get less" in caplog.text


def test_titles_name_what_differs(tmp_path: Path) -> None:
    assert info(tmp_path).title == "cal trec"
    assert info(tmp_path, Job("cal", seed=7)).group == "grid: cal trec"
    other = Job("cal", seed=3, overrides=("strategy.correctness_threshold=0.4", "loop.rounds=5"))
    title = info(tmp_path, other).title
    assert title == "cal trec strategy.correctness_threshold=0.4,loop.rounds=5"


def test_csv(tmp_path: Path) -> None:
    run = info(tmp_path)
    track({"csv": Csv()}, run, rounds=2).close("failed")
    track({"csv": Csv()}, run)
    with (run.folder / "csv" / "metrics.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    done = records(run)
    losses = [(int(row["step"]), float(row["train_loss"])) for row in rows if row["train_loss"]]
    assert losses == list(enumerate([1.0, 0.5] * len(done), start=1))
    assert [int(row["step"]) for row in rows if row["accuracy"]] == [r.labelled for r in done]
    assert [float(row["accuracy"]) for row in rows if row["accuracy"]] == [
        record.row["accuracy"] for record in done
    ]
    assert float(rows[-1]["summary/aulc"]) > 0
    assert "loop/rounds: 3" in (run.folder / "csv" / "hparams.yaml").read_text(encoding="utf-8")


def test_tensorboard(tmp_path: Path) -> None:
    where = "tensorboard.backend.event_processing.event_accumulator"
    event_accumulator = pytest.importorskip(where, reason="no extra tensorboard")
    run = info(tmp_path)
    track({"tensorboard": TensorBoard()}, run, rounds=2).close("failed")
    track({"tensorboard": TensorBoard()}, run)
    events = event_accumulator.EventAccumulator(str(run.folder / "tensorboard"))
    events.Reload()
    accuracy = {event.step: event.value for event in events.Scalars("accuracy")}
    assert accuracy == pytest.approx({r.labelled: r.row["accuracy"] for r in records(run)})
    assert [event.step for event in events.Scalars("batch/confidence")] == [30, 40, 50]
    assert len(events.Scalars("summary/aulc")) == 1


@pytest.mark.slow
@needs_mlflow
def test_mlflow_keeps_a_sweep_in_one_sqlite_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow.tracking import MlflowClient

    monkeypatch.chdir(tmp_path)
    jobs = [info(tmp_path / "sweep", Job("cal", seed=seed)) for seed in (0, 1)]
    track({"mlflow": Mlflow()}, jobs[0], rounds=2).close("failed")
    for job in jobs:
        track({"mlflow": Mlflow()}, job)
    client = MlflowClient(f"sqlite:///{tmp_path / 'sweep' / 'mlflow.db'}")
    (experiment,) = (e for e in client.search_experiments() if e.name == "trec, grid")
    found = client.search_runs([experiment.experiment_id])
    assert [run.info.run_name for run in found] == ["cal trec", "cal trec"]
    runs = {run.data.params["seed"]: run for run in found}
    first = runs["0"]
    assert first.info.status == "FINISHED"
    assert first.data.params["loop/rounds"] == "3"
    history = client.get_metric_history(first.info.run_id, "accuracy")
    assert {metric.step: metric.value for metric in history} == {
        record.labelled: record.row["accuracy"] for record in records(jobs[0])
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sweep"]


def test_several_at_once(tmp_path: Path) -> None:
    run = info(tmp_path)
    one, other = Breaking("nowhere", OSError()), Breaking("nowhere", OSError())
    trackers: dict[str, Tracker] = {"one": one, "csv": Csv(), "other": other}
    track(trackers, run)
    assert one.calls == other.calls
    assert (run.folder / "csv" / "metrics.csv").exists()


HEAVY = ("wandb", "mlflow", "tensorboard", "torch.utils.tensorboard", "pytorch_lightning.loggers")


def test_nothing_is_imported_that_is_not_chosen() -> None:
    """The modules of all trackers can be read without any library of a tracker."""
    code = f"""
import json, sys
from cartolearn.tracking import base, csv, mlflow, tensorboard, wandb
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert json.loads(done.stdout) == []


def test_a_finished_run_is_shown_to_a_tracker_that_lacks_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent may draw what was drawn before: the run is then logged under the agent's id."""
    texts = tmp_path / "texts.csv"
    rows = [["text", "label"], *([f"{word} text {i}", word] for i in range(30) for word in "ab")]
    with texts.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    words = [
        "dataset=csv", f"dataset.train={texts}", "embedding=tfidf_svd", "embedding.dimensions=5",
        "loop.seed_set_size=10", "loop.rounds=1", "loop.query_size=5", "trainer.max_epochs=1",
        f"hydra.run.dir={tmp_path / 'run'}", f"paths.cache_dir={tmp_path / 'cache'}",
    ]  # fmt: skip
    assert run(capfd, *words, "logger=none").code == 0
    done = run(capfd, *words, "logger=csv")
    assert "finished already" in done.err
    with (tmp_path / "run" / "csv" / "metrics.csv").open(encoding="utf-8") as file:
        assert [row["step"] for row in csv.DictReader(file) if row["accuracy"]] == ["10", "15"]
    monkeypatch.setenv("WANDB_MODE", "offline")
    for agents in ("first1", "second"):
        monkeypatch.setenv("WANDB_RUN_ID", agents)
        before = (tmp_path / "run" / "rounds.csv").read_bytes()
        assert run(capfd, *words, "logger=wandb").code == 0
        assert (tmp_path / "run" / "rounds.csv").read_bytes() == before
        offline = OfflineRun(tmp_path / "run" / "wandb")
        assert offline.run.run_id == agents
        assert [row["round"] for row in offline.history if "round" in row] == [0, 1]
        assert offline.summary["aulc"] > 0
    logged = (tmp_path / "run" / "wandb" / "run_id").stat().st_mtime_ns
    assert run(capfd, *words, "logger=wandb").code == 0
    assert (tmp_path / "run" / "wandb" / "run_id").stat().st_mtime_ns == logged
    texts.write_text(texts.read_text("utf-8") + "another text,a\n", encoding="utf-8")
    monkeypatch.setenv("WANDB_RUN_ID", "third")
    changed = run(capfd, *words, "logger=wandb")
    assert changed.code == 2
    assert "the texts or labels of the dataset are not the same" in changed.err
