"""What W&B's own offline files hold of a run, compared with the run's files."""

import csv
import gc
import json
import logging
import shlex
import threading
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from cartolearn.cartography.data_map import DataMap
from cartolearn.config.flatten import flatten
from cartolearn.errors import InputError
from cartolearn.runs.run import load_run
from cartolearn.tracking.wandb import Wandb, logged_in
from tests.report.folders import NAMES, Job
from tests.tracking.offline_file import OfflineRun
from tests.tracking.services import services
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
    assert (run.run_group, run.job_type) == ("grid: cal trec", "cal")
    assert run.display_name == "cal trec"
    assert list(run.tags) == ["trec", "cal"]


def test_config_is_flat_and_complete(folder: Path, offline: OfflineRun) -> None:
    run = load_run(folder)
    for option, value in flatten(run.config).items():
        assert offline.config[option.replace(".", "/")] == value
    assert offline.config["choice/strategy"] == "cal"
    assert offline.config["protocol"] == "trec, grid"


def test_number_of_labels_is_the_x_axis(offline: OfflineRun) -> None:
    steps = {metric.glob_name or metric.name: metric.step_metric for metric in offline.metrics}
    assert steps == {"n_labelled": "", "*": "n_labelled", "epoch": "", "train_loss": "epoch"}


def test_training_loss_is_logged_by_epoch(offline: OfflineRun) -> None:
    logged = [(row["epoch"], row["train_loss"]) for row in offline.history if "epoch" in row]
    assert logged == list(enumerate([1.0, 0.5] * 4, start=1))


def test_batches_are_told_by_the_data_map_of_the_round_after(
    folder: Path, offline: OfflineRun
) -> None:
    rounds = [row for row in offline.history if "accuracy" in row]
    assert "batch/confidence" not in rounds[0]
    for number, batch in enumerate(load_run(folder).batches, start=1):
        data_map = DataMap.load(folder / "data_maps" / f"round_{number:03d}.parquet")
        rows = [data_map.ids.tolist().index(i) for i in batch.tolist()]
        for name in ("confidence", "variability", "correctness"):
            mean = sum(getattr(data_map, name)[row] for row in rows) / len(rows)
            assert rounds[number][f"batch/{name}"] == pytest.approx(mean, abs=1e-12)
        shares = [rounds[number][f"batch/share_{label}"] for label in NAMES]
        assert sum(shares) == pytest.approx(1)


def test_summary_has_final_accuracy_and_aulc(folder: Path, offline: OfflineRun) -> None:
    run = load_run(folder)
    assert offline.summary["accuracy"] == run.accuracy[-1]
    assert offline.summary["aulc"] == pytest.approx(run.aulc)
    assert "labels_to_90_percent" not in offline.summary
    assert "validation_aulc" not in offline.summary


def table(folder: Path, row: dict[str, Any], key: str) -> dict[str, list[Any]]:
    """Return a table of a history row, by column."""
    path = next((folder / "wandb").glob("offline-run-*")) / "files" / row[f"{key}/path"]
    content = json.loads(path.read_text("utf-8"))
    columns = zip(*content["data"], strict=True)
    return dict(zip(content["columns"], map(list, columns), strict=True))


def test_the_data_map_of_each_round_is_a_table(folder: Path, offline: OfflineRun) -> None:
    rounds = [row for row in offline.history if "accuracy" in row]
    for number, row in enumerate(rounds):
        data_map = DataMap.load(folder / "data_maps" / f"round_{number:03d}.parquet")
        logged = table(folder, row, "data_map/table")
        assert list(logged) == ["id", "label", "confidence", "variability", "correctness"]
        assert logged["id"] == data_map.ids.tolist()
        assert logged["confidence"] == pytest.approx(data_map.confidence.tolist())
        assert logged["label"] == [NAMES[label] for label in data_map.labels]


def test_the_batch_chosen_is_a_table(folder: Path, offline: OfflineRun) -> None:
    rounds = [row for row in offline.history if "accuracy" in row]
    batches = load_run(folder).batches
    assert len(rounds) == len(batches) + 1
    assert "batch/chosen/path" not in rounds[-1]
    for row, batch in zip(rounds, batches, strict=False):
        logged = table(folder, row, "batch/chosen")
        assert list(logged) == ["id", "label", "rank", "score"]
        assert logged["id"] == batch.tolist()
        assert logged["rank"] == list(range(len(batch)))


def test_pictures_of_the_first_and_the_last_data_map(folder: Path, offline: OfflineRun) -> None:
    (media,) = [row for row in offline.history if "data_map/first/path" in row]
    files = next((folder / "wandb").glob("offline-run-*")) / "files"
    for name in ("first", "last"):
        picture = files / media[f"data_map/{name}/path"]
        assert picture.read_bytes().startswith(b"\x89PNG")


def test_artifact_is_the_files_of_the_run_folder(folder: Path, offline: OfflineRun) -> None:
    (files,) = offline.artifacts("run")
    kept = {name: folder.absolute() / name for name in ("config.yaml", "run.json", "rounds.csv")}
    chosen = folder.absolute() / "wandb" / "selections.parquet"
    assert files == kept | {"selections.parquet": chosen}
    columns = parquet.read_schema(folder / "selections.parquet").names
    assert parquet.read_schema(chosen).names == [name for name in columns if name != "text"]


def test_texts_are_sent_only_if_asked(tmp_path: Path, folder: Path) -> None:
    text = b"What is thing number"
    assert [
        p for p in (folder / "wandb").rglob("*") if p.is_file() and text in p.read_bytes()
    ] == []
    run = info(tmp_path)
    track({"wandb": Wandb("project", mode="offline", texts=True)}, run)
    row = next(row for row in OfflineRun(run.folder / "wandb").history if "round" in row)
    for key in ("data_map/table", "batch/chosen"):
        logged = table(run.folder, row, key)
        assert logged["text"] == [f"What is thing number {i} called ?" for i in logged["id"]]
    (files,) = OfflineRun(run.folder / "wandb").artifacts("run")
    assert files["selections.parquet"] == run.folder.absolute() / "selections.parquet"


def test_everything_staged_is_in_the_run_folder(folder: Path, offline: OfflineRun) -> None:
    staged = [path for files in offline.artifacts("run_table") for path in files.values()]
    assert len(staged) == 7  # a data map a round, and the three batches
    assert all(path.is_file() and folder.absolute() in path.parents for path in staged)


def test_wandbs_own_variables_hold_and_the_command_line_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {
        "WANDB_PROJECT": "theirs", "WANDB_ENTITY": "team", "WANDB_NAME": "a name",
        "WANDB_RUN_GROUP": "a group", "WANDB_TAGS": "one,two", "WANDB_JOB_TYPE": "job",
        "WANDB_NOTES": "a note", "WANDB_RUN_ID": "an-id-of-my-own",
    }  # fmt: skip
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    run = info(tmp_path)
    track({"wandb": Wandb(mode="offline")}, run)
    made = OfflineRun(run.folder / "wandb").run
    assert (made.project, made.entity, made.display_name) == ("theirs", "team", "a name")
    assert (made.run_group, list(made.tags), made.job_type) == ("a group", ["one", "two"], "job")
    assert (made.notes, made.run_id) == ("a note", "an-id-of-my-own")
    ours = Wandb("mine", "me", name="my name", group="my group", tags=("x",), mode="offline")
    track({"wandb": ours}, run)
    made = OfflineRun(run.folder / "wandb").run
    assert (made.project, made.entity, made.display_name) == ("mine", "me", "my name")
    assert (made.run_group, list(made.tags)) == ("my group", ["x"])


def test_disabled_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = info(tmp_path)
    before = {path: path.stat().st_size for path in tmp_path.rglob("*")}
    track({"wandb": Wandb(mode="disabled")}, run)
    monkeypatch.setenv("WANDB_MODE", "disabled")
    track({"wandb": Wandb()}, run)
    assert {path: path.stat().st_size for path in tmp_path.rglob("*")} == before
    assert services() == []


def test_a_mode_that_wandb_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_MODE", "offlin")
    with pytest.raises(InputError, match=r"'offlin', .*; did you mean offline\?"):
        Wandb()


def test_a_resumed_run_is_logged_once_from_the_start(tmp_path: Path) -> None:
    run = info(tmp_path)
    track(OFFLINE, run, rounds=2).close("failed")
    killed = OfflineRun(run.folder / "wandb")
    assert [row["round"] for row in killed.history if "round" in row] == [0, 1]
    assert killed.exit_code == 1
    track(OFFLINE, run)
    again = OfflineRun(run.folder / "wandb")
    assert again.run.run_id == killed.run.run_id
    assert [row["round"] for row in again.history if "round" in row] == [0, 1, 2, 3]


def test_two_run_folders_are_two_runs(tmp_path: Path) -> None:
    runs = [info(tmp_path, Job("cal", seed=seed)) for seed in (0, 1)]
    for run in runs:
        track(OFFLINE, run)
    ids = {OfflineRun(run.folder / "wandb").run.run_id for run in runs}
    assert len(ids) == 2


def test_offline_without_a_key_says_in_one_line_how_to_send(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("WANDB_API_KEY", "NETRC", "WANDB_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    caplog.set_level(logging.INFO, logger="cartolearn")
    run = info(tmp_path / "it's $5")
    track({"wandb": Wandb("project")}, run)
    (line,) = [r.getMessage() for r in caplog.records if "W&B" in r.getMessage()]
    said, _, command = line.partition("; send it with: ")
    assert said == "W&B: logged offline"
    assert shlex.split(command) == ["cartolearn", "dashboard", "sync", str(run.folder)]
    assert OfflineRun(run.folder / "wandb").exit_code == 0


def test_a_key_in_netrc_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("WANDB_API_KEY", raising=False)
    monkeypatch.setenv("WANDB_BASE_URL", "http://wandb.example:8080")
    assert not logged_in()
    (tmp_path / "netrc").write_text("machine wandb.example login user password key\n", "utf-8")
    assert logged_in()
    (tmp_path / "netrc").write_text("machine", "utf-8")
    assert not logged_in()


def test_many_jobs_in_one_process_leave_nothing(tmp_path: Path) -> None:
    leave_nothing(tmp_path, jobs=4)


@pytest.mark.slow
def test_a_hundred_jobs_in_one_process_leave_nothing(tmp_path: Path) -> None:
    leave_nothing(tmp_path, jobs=100)


def leave_nothing(root: Path, jobs: int) -> None:
    """Run jobs one after the other; compare what is open after the first and after the last."""
    run = info(root)
    track(OFFLINE, run)
    gc.collect()  # what earlier tests of this process left
    before = held()
    for _ in range(jobs - 1):
        track(OFFLINE, run)
    after = held()
    assert {name: after[name] for name in after if after[name] > before[name]} == {}
    assert after["processes"] == 0


def held() -> dict[str, int]:
    """Count this process's threads, its open files, and the W&B processes it has started."""
    return {
        "threads": threading.active_count(),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "processes": len(services()),
    }
