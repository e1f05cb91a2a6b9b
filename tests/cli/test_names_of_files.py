"""Files and folders may be called anything, also what looks like an option."""

import csv
from pathlib import Path

import pytest

from cartolearn.commands.audit import main as audit
from cartolearn.commands.label import main as label
from cartolearn.config.words import prepared
from cartolearn.errors import InputError
from cartolearn.files import at_home
from tests.command import run

NAMES = [
    "a${x}", "strategy=margin", "trainer.threads=2", "-dash", "--out", "~nobody_there", "+y=1",
    "a,b", "[1] 'it is' \"q\"", "{a}", "50% ä語", "a\\b", "#;:*?",
]  # fmt: skip
SMALL = ("embedding=tfidf_svd", "embedding.dimensions=5", "trainer.max_epochs=1")


def table(path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        rows = [(f"{'crash' if n % 2 else 'please'} word {n}", "ab"[n % 2]) for n in range(30)]
        csv.writer(stream).writerows([("text", "label"), *rows, ("one more", "")])
    return path


@pytest.mark.parametrize("name", NAMES)
def test_label_and_audit_take_any_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = table(Path(f"{name}.csv")).name
    folder = name.lstrip("-")
    assert label(["init", file, "--out", folder, *SMALL]) == 0
    assert label(["next", folder, "-n", "1"]) == 0
    assert label(["add", folder, f"{folder}/to_label.csv"]) == 0
    assert label(["predict", folder, file, "--out", "p.csv"]) == 0
    assert label(["export", folder, "--out", "e.csv"]) == 0
    assert audit(["init", file, "--out", f"{folder}.audit", *SMALL]) == 0
    assert Path(folder, "project.yaml").is_file()


@pytest.mark.parametrize("name", ["~nobody_there", "[1] 'it is' \"q\"", "50% ä語"])
def test_a_run_takes_any_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = table(Path(f"{name}.csv"))
    loop = ("loop.rounds=1", "loop.seed_set_size=10", "loop.query_size=2", "hydra.run.dir=out")
    done = run(capfd, "dataset=csv", f"dataset.train={file}", *SMALL, *loop)
    assert "line 32: the label is missing" in done.err


def test_what_a_config_cannot_hold_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "a${x}.csv")
    with pytest.raises(InputError, match="rename it"):
        prepared(["dataset.train=a${x}.csv"])
    (tmp_path / "d${x}").mkdir()
    monkeypatch.chdir(tmp_path / "d${x}")
    done = run(capfd, "dataset=csv", "dataset.train=../t.csv")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "call the command from a folder without" in done.err


def test_a_user_who_is_not_there_is_part_of_the_name() -> None:
    assert at_home("~nobody_of_that_name/x") == Path("~nobody_of_that_name/x")
    assert at_home("~/x") == Path.home() / "x"
