"""Sending a whole sweep's offline runs to W&B with one command."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from cartolearn.commands.dashboard import main
from cartolearn.dashboard import sync
from cartolearn.runs.run import load_run
from cartolearn.tracking.wandb import Wandb, known_id
from tests.report.folders import Job
from tests.tracking.offline_file import OfflineRun
from tests.tracking.server import Received, serving
from tests.tracking.simulated import info, track

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sweep of jobs")
    for strategy in ("cal", "random"):
        track({"wandb": Wandb("project", mode="offline")}, info(root, Job(strategy, rounds=2)))
    return root


def test_a_whole_sweep_is_found_and_holds_what_rounds_csv_says(sweep: Path) -> None:
    runs = sync.unsent([sweep, sweep])
    assert len(runs) == 2
    for run in runs:
        folder = run.parents[1]
        history = [row for row in OfflineRun(run.parent).history if "accuracy" in row]
        assert [row["accuracy"] for row in history] == load_run(folder).accuracy.tolist()
        assert [row["n_labelled"] for row in history] == load_run(folder).labelled.tolist()


def test_dry_run_sends_nothing(sweep: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", str(sweep), "--dry-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 runs to send"
    assert [Path(line.strip()) for line in lines[1:]] == sync.unsent([sweep])


def test_what_is_sent_already_is_left_out(tmp_path: Path) -> None:
    for name, marker in (("a", "wandb/sent"), ("b", "wandb/run-1-b/run-b.wandb.synced"), ("c", "")):
        run = tmp_path / name / "wandb" / f"run-1-{name}"
        run.mkdir(parents=True)
        (run / f"run-{name}.wandb").touch()
        if marker:
            (tmp_path / name / marker).touch()
    assert sync.unsent([tmp_path]) == [tmp_path / "c" / "wandb" / "run-1-c"]


def test_a_folder_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", str(tmp_path / "none")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_a_sweep_sent_later_looks_as_if_it_had_been_online(
    sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    ids = {run.parents[1].name: known_id(run.parent) for run in sync.unsent([sweep])}
    with serving() as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        assert main(["sync", str(sweep)]) == 0
    assert sync.unsent([sweep]) == []
    assert set(server.runs) == set(ids.values())
    for name, wandb_id in ids.items():
        rounds = [row for row in server.runs[str(wandb_id)].history.values() if "accuracy" in row]
        assert [row["accuracy"] for row in rounds] == load_run(sweep / name).accuracy.tolist()
    run = info(tmp_path, Job("cal", rounds=2))
    later = server.runs[str(ids[run.folder.name])]
    with serving() as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        monkeypatch.setenv("WANDB_RUN_ID", str(ids[run.folder.name]))
        track({"wandb": Wandb("project", mode="online")}, run)
    (online,) = server.runs.values()
    assert {"project", "groupName", "displayName", "jobType", "tags"} <= set(online.about)
    assert len(online.files) == 9
    assert len(online.artifacts) == 6
    assert seen(later) == seen(online)


def seen(run: Received) -> dict[str, Any]:
    """Return what a person sees of a run: all but its clock, and where its pieces lie."""
    axes = run.config["_wandb"]["m"]
    named = [axis | {"5": axes[axis["5"] - 1]["1"]} if "5" in axis else axis for axis in axes]
    media = {name: content for name, content in run.files.items() if name.startswith("media/")}
    return asdict(run) | {
        "config": run.config
        | {"_wandb": sorted(json.dumps(axis, sort_keys=True) for axis in named)},
        "history": lasting(run.history),
        "summary": lasting(run.summary),
        "files": media | dict.fromkeys(set(run.files) - set(media)),
        "artifacts": sorted(run.artifacts),
    }


def lasting(values: Any) -> Any:
    """Leave out times and the random addresses of artifacts, however deep."""
    if not isinstance(values, dict):
        return values
    passing = {"_timestamp", "_runtime", "_wandb", "artifact_path", "_latest_artifact_path"}
    return {key: lasting(value) for key, value in values.items() if key not in passing}
