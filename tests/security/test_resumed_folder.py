"""A run folder that somebody sent: it says what to go on with, not where to report or to write."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from cartolearn.config.saved import dump_config, load_config
from cartolearn.files import remove
from cartolearn.loop.folder import RunFolder
from tests.command import run
from tests.reliability.conftest import finished, texts  # noqa: F401  (fixtures)


@pytest.fixture
def folder(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    monkeypatch.chdir(tmp_path)
    copy = Path(shutil.copytree(finished, tmp_path / "run"))
    (copy / "finished.json").unlink()
    (copy / "state/round_004.json").unlink()
    return copy


def change(folder: Path, **nodes: Any) -> None:
    config = load_config(folder / "config.yaml")
    (folder / "config.yaml").write_text(dump_config(config | nodes), encoding="utf-8")


def test_an_address_in_a_folder_is_not_called(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    node = {"_target_": "cartolearn.tracking.mlflow.Mlflow", "tracking_uri": "http://evil.test/s"}
    change(folder, logger={"mlflow": node})
    done = run(capfd, "resume=run")
    assert done.code == 2
    assert "names a place to report to, which only the command may do" in done.err
    assert "logger=mlflow logger.mlflow.tracking_uri=http://evil.test/s" in done.err
    assert not (folder / "finished.json").exists()
    assert run(capfd, "resume=run", "logger=none").code == 0


def test_the_trackers_as_conf_has_them_go_on(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    change(folder, logger={"csv": {"_target_": "cartolearn.tracking.csv.Csv"}})
    assert run(capfd, "resume=run").code == 0
    assert (folder / "csv/metrics.csv").exists()


def test_a_hidden_interpolation_is_found(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "hunter2")
    file = folder / "config.yaml"
    file.write_text(file.read_text().replace("name: runs", 'name: "\\x24{oc.env:SECRET}"'))
    done = run(capfd, "resume=run")
    assert done.code == 2
    assert "it holds an interpolation" in done.err
    assert "hunter2" not in done.out + done.err + file.read_text()


def test_a_cache_that_a_folder_names_is_not_used(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    change(folder, paths={"cache_dir": str(tmp_path / "theirs"), "data_dir": None})
    assert run(capfd, "resume=run", f"paths.cache_dir='{tmp_path / 'own'}'").code == 0
    assert not (tmp_path / "theirs").exists()
    assert (tmp_path / "own/features").is_dir()


@pytest.mark.parametrize("name", ["wandb", "state", "rounds.csv", "csv", "run.log", ".lock"])
def test_links_in_a_run_folder_are_refused(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "round_000.json").write_text("mine")
    path = folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.symlink_to(precious)
    for words in (["resume=run"], ["resume=run", "logger=wandb"])[: 2 if name == "wandb" else 1]:
        done = run(capfd, *words)
        assert done.code == 2
        assert f"{name} is a symbolic link" in done.err
    assert [p.name for p in precious.iterdir()] == ["round_000.json"]


def test_only_what_a_run_made_is_removed(tmp_path: Path) -> None:
    kept = ["notes.txt", "state/notes.txt", "data_maps/mine/a.png", "wandb/thesis.pdf"]
    gone = ["rounds.csv", "state/round_000.json", "state/weights_000.safetensors", "run.log"]
    for name in (*kept, *gone):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    RunFolder(tmp_path).clear()
    left = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(left) == sorted(kept)
    remove(tmp_path, ["state/*.txt", "state", "nothing"])
    assert not (tmp_path / "state").exists()


def test_what_lies_beside_w_and_bs_runs_stays(tmp_path: Path) -> None:
    from cartolearn.tracking.wandb import fresh_id

    for name in ("offline-run-1/files/x.json", "run-2/run-2.wandb", "thesis.pdf", "sent"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "run_id").write_text("../../etc\n")
    assert fresh_id(tmp_path).isalnum()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run_id", "thesis.pdf"]
