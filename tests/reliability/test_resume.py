"""Going on: from anywhere, with the same config and data only, in one process at a time."""

import json
import os
import re
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from cartolearn.config.saved import dump_config, load_config, load_provenance
from cartolearn.errors import InputError
from cartolearn.loop.folder import RunFolder
from tests.command import run
from tests.reliability.processes import content, finish, start, wait_for
from tests.reliability.small_run import execute_small, run_and_die, small_options


@pytest.fixture
def half(texts: Path, tmp_path: Path) -> Path:
    """A run that was killed after some rounds."""
    folder = tmp_path / "half"
    wait_for(start(run_and_die, texts, folder, 14, "before the rename"))
    assert (folder / "state/round_001.json").exists()
    assert not (folder / "finished.json").exists()
    return folder


def test_resume_goes_on_to_the_same_files(
    half: Path, finished: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(half.parent)
    done = run(capfd, "resume=half")
    assert done.code == 0, done.err
    assert "going on after round " in done.err
    assert content(half) == content(finished)
    assert sorted(half.parent.iterdir()) == [half, half.parent / "multirun"]
    assert not [path for path in (half.parent / "multirun").rglob("*") if path.is_file()]


def test_resume_finds_relative_paths_from_anywhere(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    home, away = tmp_path / "my data", tmp_path / "elsewhere"
    home.mkdir()
    away.mkdir()
    shutil.copy(texts, home / "téxts.csv")
    monkeypatch.chdir(home)
    options = [*small_options("téxts.csv"), "paths.cache_dir=cache", "loop.rounds=1"]
    assert run(capfd, *options, "hydra.run.dir=run").code == 0
    before = content(home / "run")
    for name in ("finished.json", "state/round_001.json"):
        (home / "run" / name).unlink()
    monkeypatch.chdir(away)
    done = run(capfd, f"resume='{home / 'run'}'", f"hydra.run.dir='{away / 'unused'}'")
    assert done.code == 0, done.err
    assert content(home / "run") == before
    assert Path.cwd() == away
    assert list(away.iterdir()) == []


def test_resume_of_a_run_that_was_to_overwrite_keeps_its_rounds(
    texts: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    wait_for(start(run_and_die, texts, folder, 14, "before the rename", "overwrite=true"))
    first = (folder / "state/round_000.json").read_bytes()
    assert run(capfd, f"resume='{folder}'").code == 0
    assert (folder / "state/round_000.json").read_bytes() == first


def test_resume_of_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = run(capfd, f"resume='{tmp_path}'", f"hydra.run.dir='{tmp_path / 'out'}'")
    assert done.code == 2
    assert "there is no config.yaml; name a run's folder" in done.err


def test_another_configuration_is_refused_with_all_that_differs(
    texts: Path, finished: Path
) -> None:
    before = content(finished)
    with pytest.raises(InputError) as error:
        execute_small(texts, finished, "loop.rounds=5", "model.dropout=0.1", "logger={}")
    lines = str(error.value).splitlines()
    assert "loop.rounds: 4 there, 5 now (and 1 more)" in lines[0]
    assert lines[1:] == ["  model.dropout: 0.3 there, 0.1 now"]
    assert content(finished) == before


def test_changed_data_are_refused(texts: Path, half: Path) -> None:
    before, whole = content(half), texts.read_text()
    try:
        texts.write_text(whole.replace("bank", "bonk", 1))
        with pytest.raises(InputError, match="texts or labels of the dataset are not the same"):
            execute_small(texts, half)
    finally:
        texts.write_text(whole)
    assert content(half) == {k: v for k, v in before.items() if not k.endswith((".tmp", ".lock"))}


def test_other_features_are_refused(texts: Path, half: Path) -> None:
    facts = json.loads((half / "run.json").read_text())
    (half / "run.json").write_text(json.dumps(facts | {"features": "0" * 64}))
    with pytest.raises(InputError, match="the features are not the same"):
        execute_small(texts, half)


def test_another_version_is_told(
    texts: Path, half: Path, finished: Path, caplog: pytest.LogCaptureFixture
) -> None:
    facts = json.loads((half / "run.json").read_text())
    facts["versions"]["torch"] = "1.0"
    (half / "run.json").write_text(json.dumps(facts))
    execute_small(texts, half)
    assert "the run began with torch 1.0 (now " in caplog.text
    assert content(half) == content(finished)


def test_overwrite_with_data_that_cannot_be_read_removes_nothing(finished: Path) -> None:
    before = content(finished)
    with pytest.raises(InputError, match="there is no file"):
        execute_small(Path("nowhere.csv"), finished, "overwrite=true")
    assert content(finished) == before


def test_files_of_the_user_are_neither_removed_nor_written_over(
    texts: Path, half: Path, tmp_path: Path
) -> None:
    kept = ("notes.txt", "data_maps/mine.csv", "data_maps/round_me.parquet", "state/weights_of.md")
    for name in kept:
        (half / name).write_text("mine")
    execute_small(texts, half, "overwrite=true")
    assert all((half / name).read_text() == "mine" for name in kept)
    assert "mine" not in (half / "SHA256SUMS").read_text()
    for name in ("rounds.csv", "config.yaml", "run.json", "learning_curve.png", "SHA256SUMS"):
        folder = tmp_path / f"of {name}"
        folder.mkdir()
        (folder / name).write_text("strategy: mine\n")
        (folder / "run.log").write_text("mine\n")
        for more in ([], ["overwrite=true"]):
            with pytest.raises(InputError, match=f"holds {re.escape(name)}, which no run wrote"):
                execute_small(texts, folder, *more)
        assert (folder / name).read_text() == "strategy: mine\n"
        (folder / name).unlink()
    execute_small(texts, folder, "overwrite=true")
    assert (folder / "run.log").read_text().startswith("mine\n")


def test_a_second_process_is_refused_and_a_crash_leaves_no_lock(
    texts: Path, half: Path, finished: Path
) -> None:
    other = start(hold, half, half.parent / "held")
    while not (half.parent / "held").exists():
        assert other.is_alive()
    with pytest.raises(InputError, match="another process is working in"):
        execute_small(texts, half)
    other.kill()
    assert wait_for(other) == -signal.SIGKILL
    assert (half / ".lock").exists()
    finish(texts, half)
    assert content(half) == content(finished)


def hold(folder: Path, held: Path) -> None:
    run = RunFolder(folder)
    run.acquire()
    held.touch()
    signal.pause()


@pytest.mark.parametrize("name", ["config.yaml", "run.json"])
@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\x00", b"[1]", b"[" * 100_000, b"a: 1"])
def test_a_torn_config_is_refused_in_plain_words(
    texts: Path, finished: Path, tmp_path: Path, name: str, damage: bytes
) -> None:
    copy = Path(shutil.copytree(finished, tmp_path / "run"))
    (copy / name).write_bytes(damage)
    with pytest.raises(InputError, match=r"overwrite=true"):
        execute_small(texts, copy)


BOMB = "a0: &a0 {x: 1, y: 2}\n" + "".join(
    f"a{i}: &a{i} {{x: *a{i - 1}, y: *a{i - 1}}}\n" for i in range(1, 60)
)
HOSTILE = {
    "code": ("seed: !!python/object/apply:os.mkdir [trapped]", "could not determine a constructor"),
    "bomb": (BOMB, "it holds an alias"),
    "environment": ("name: ${oc.env:WANDB_API_KEY}", "it holds an interpolation"),
    "size": ("a: '" + "x" * (1 << 20) + "'", "larger than 1 MiB"),
    "anchor of itself": ("a: &a [*a]", "it holds an alias"),
}


@pytest.mark.parametrize(("text", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_config_of_a_stranger_is_only_read(
    finished: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("WANDB_API_KEY", "secret" * 7)
    monkeypatch.chdir(tmp_path)
    copy = Path(shutil.copytree(finished, tmp_path / "run"))
    (copy / "config.yaml").write_text(text)
    done = run(capfd, "resume=run", "hydra.run.dir=out")
    assert done.code == 2
    assert reason in done.err
    assert "secretsecret" not in done.err
    assert not (tmp_path / "trapped").exists()


def test_classes_of_other_packages_only_when_this_command_allows_them(
    texts: Path, finished: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    copy = Path(shutil.copytree(finished, tmp_path / "run"))
    config = load_config(copy / "config.yaml")
    config["strategy"] = {"_target_": "tests.reliability.own_strategy.FirstOnes"}
    config["allow_targets"] = ["tests.reliability"]
    (copy / "config.yaml").write_text(dump_config(config))
    out = f"hydra.run.dir='{tmp_path / 'out'}'"
    refused = run(capfd, f"resume='{copy}'", out)
    assert refused.code == 2
    assert "only classes of this project (cartolearn....) may be named there" in refused.err
    shutil.rmtree(copy / "state")
    (copy / "finished.json").unlink()
    assert run(capfd, f"resume='{copy}'", "allow_targets=[tests.reliability]", out).code == 0
    record = json.loads(json.loads((copy / "state/round_000.json").read_text())["payload"])
    assert record["ids"] == sorted(record["ids"])
    for other in ("[tests.reliab]", "[os]"):
        assert run(capfd, f"resume='{copy}'", f"allow_targets={other}", out).code == 2


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "${" not in text),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text("abc_", min_size=1), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(config=st.dictionaries(st.text("abcdef_", min_size=1), values, min_size=1, max_size=4))
def test_any_config_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, config: dict[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "config.yaml"
    twice = config | {"again": config}  # an object met twice makes no alias
    path.write_text(dump_config(twice), encoding="utf-8")
    assert load_config(path) == twice


def test_the_saved_config_is_the_resolved_one(finished: Path) -> None:
    config = load_config(finished / "config.yaml")
    assert config["loop"]["rounds"] == 4
    assert OmegaConf.create(config).strategy.correctness_threshold == 0.2
    assert load_provenance(finished / "run.json")["directory"] == os.getcwd()  # noqa: PTH109
