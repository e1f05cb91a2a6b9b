"""The corrected file: by checks, by pairs, and with every column of the user's."""

import json
from pathlib import Path

import pytest

from cartolearn.audit import pairs
from cartolearn.audit.check import check_audit
from cartolearn.commands.label import main as label
from cartolearn.data.kept_columns import read_columns
from cartolearn.label.project.folder import Project
from tests.audit.conftest import answer, read_csv, run

Capture = pytest.CaptureFixture[str]


def test_a_pair_is_reviewed_then_relabelled_then_taken_back(
    audit: Path, machine: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "EXAMPLES", 1)
    out = audit / "corrected.csv"
    pair = ("fix", audit, "--pair", "bug", "feature")
    assert run("fix", audit, "--yes") == 2
    assert run(*pair) == 0
    said = capsys.readouterr().out
    assert "Nothing was changed" in said
    assert f"  ... and {int(said.split()[0]) - 1} more" in said
    expected = int(said.split("%")[0].split()[-1])
    assert 0 < expected < 100
    assert not out.exists()
    assert run(*pair, "--yes") == 0
    lines = read_csv(out)
    moved = [row for row, line in enumerate(lines) if line["how"] == "not checked: pair"]
    assert moved
    capsys.readouterr()
    assert run(*pair, "--yes", "--overwrite") == 2
    assert run(*pair) == 2  # a review looks at no file, but all of these were relabelled
    assert capsys.readouterr().err.count("no label bug that is still as it was") == 2
    assert run("fix", audit, "--overwrite", "--pair", "bug", "bug") == 2
    assert "two different classes" in capsys.readouterr().err
    assert {machine[row] for row in moved} == {"bug"}
    assert {lines[row]["topic"] for row in moved} == {"feature"}
    capsys.readouterr()
    assert run("undo", audit) == 0
    assert f"Taken back: {len(moved)} labels bug made feature" in capsys.readouterr().out
    assert run(*pair) == 0
    assert run("fix", audit, "--overwrite") == 0
    assert [line["topic"] for line in read_csv(out)] == machine
    assert run("undo", audit) == 2


def test_the_corrected_file_has_every_column(
    audit: Path, labelled: Path, gold: list[str], machine: list[str]
) -> None:
    assert run("next", audit, "-n", 40) == 0
    answer(audit / "to_check.csv", gold)
    assert run("add", audit, audit / "to_check.csv") == 0
    labelled.unlink()  # nothing is read from it any more
    assert run("fix", audit) == 0
    lines = read_csv(audit / "corrected.csv")
    assert list(lines[0]) == ["nr", "body", "topic", "second", "how", "topic by gpt"]
    assert [line["second"] for line in lines][7] == ""
    assert [line["topic by gpt"] for line in lines] == machine
    assert any(a["topic"] != b for a, b in zip(lines, machine, strict=True))
    (audit / "columns.parquet").unlink()
    assert check_audit(audit)[0].path == audit / "columns.parquet"
    assert run("fix", audit, "--overwrite") == 2


def test_an_audit_of_before_has_no_other_columns(audit: Path, gold: list[str]) -> None:
    (audit / "columns.parquet").unlink()
    listed = (audit / "audit.yaml").read_text()
    (audit / "audit.yaml").write_text(listed.replace("key_column: nr\n", ""))
    log = audit / "checks.jsonl"
    first = json.loads(log.read_text())
    log.write_text(json.dumps({k: first[k] for k in first if k not in ("columns", "crc")}) + "\n")
    assert run("next", audit, "-n", 40) == 0
    answer(audit / "to_check.csv", gold)
    assert run("add", audit, audit / "to_check.csv") == 0
    assert run("fix", audit) == 0
    line = read_csv(audit / "corrected.csv")[3]
    assert list(line) == ["body", "text_id", "topic", "how", "topic by gpt", "second by crowd"]
    assert line["text_id"] == "t3"


def test_nothing_is_written_before_a_check(audit: Path, capsys: Capture) -> None:
    assert run("fix", audit) == 2
    assert "nothing was checked yet, so no label would change" in capsys.readouterr().err
    assert not (audit / "corrected.csv").exists()
    assert run("fix", audit, "--leave-out", 0.9) == 0


def test_columns_of_a_project_come_along(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("Text,nr\n" + "".join(f"text {n},{n}\n" for n in range(4)))
    assert label(["init", str(path), "--out", str(tmp_path / "p"), "--classes", "a,b"]) == 0
    Project.open(tmp_path / "p").copy_columns(tmp_path / "columns.parquet")
    assert read_columns(tmp_path / "columns.parquet", "text", ["w", "x", "y", "z"], [2])[0] == [
        "Text", "nr",
    ]  # fmt: skip
