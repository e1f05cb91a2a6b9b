"""An audit that somebody sent: opened like a picture, by the same list as a labelling project."""

from pathlib import Path

import pytest
import yaml

from tests.audit.conftest import SMALL, answer, planted, read_csv, run, write_csv
from tests.label.conftest import toy_texts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An audit with a batch that waits to be checked."""
    texts, gold = toy_texts()
    texts[0] = "=HYPERLINK(1) \x1b[2J"
    table = write_csv(tmp_path / "labelled.csv", {"text": texts, "label": planted(gold, 0.1, 0)})
    assert run("init", table, "--out", tmp_path / "a", *SMALL) == 0
    assert run("next", tmp_path / "a", "-n", len(texts), "--out", tmp_path / "sheet.csv") == 0
    return tmp_path / "a"


def set_options(folder: Path, *options: str) -> None:
    settings = yaml.safe_load((folder / "audit.yaml").read_text())
    (folder / "audit.yaml").write_text(yaml.safe_dump(settings | {"options": list(options)}))


@pytest.mark.parametrize(
    "option",
    ["hydra.searchpath=[pkg://evilpkg]", "model={_target_: os.system}", "seed=${oc.env:SECRET}"],
)
def test_what_is_no_plain_option_is_refused(
    folder: Path, option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SECRET", "hunter2")
    package = folder.parent / "evilpkg"
    package.mkdir()
    (package / "__init__.py").write_text(f"open({str(folder.parent / 'trapped')!r}, 'w')")
    monkeypatch.syspath_prepend(str(folder.parent))
    set_options(folder, option)
    capsys.readouterr()
    for command in ("status", "next", "fix"):
        assert run(command, folder) == 2
        captured = capsys.readouterr()
        assert captured.err.count("\n") == 1
        assert option in captured.err
        assert "hunter2" not in captured.out + captured.err
    assert not (folder.parent / "trapped").exists()


@pytest.mark.parametrize("name", ["checks.jsonl", "labels.parquet", "draws", "corrected.csv"])
def test_a_link_is_refused(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = folder.parent / "precious"
    target.write_text("mine")
    if (folder / name).exists():
        (folder / name).rename(folder.parent / "away")
    (folder / name).symlink_to(target)
    for command in (["status", folder], ["next", folder], ["fix", folder]):
        assert run(*command) == 2
        assert f"{name} is a symbolic link" in capsys.readouterr().err
    assert target.read_text() == "mine"


def test_texts_of_others_move_no_terminal_and_become_no_formula(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(folder.parent / "sheet.csv", toy_texts()[1])
    assert run("add", folder, folder.parent / "sheet.csv") == 0
    assert run("status", folder) == 0
    assert run("fix", folder) == 0
    assert "\x1b[2J" not in "".join(capsys.readouterr())
    rows = read_csv(folder / "corrected.csv")
    assert rows[0]["text"] == "'=HYPERLINK(1) \x1b[2J"
