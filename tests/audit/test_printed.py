"""What an audit prints is true, and commands in it can be pasted."""

import shlex
from pathlib import Path

import pytest

from cartolearn.commands.label import main as label
from tests.audit.conftest import answer, run

Capture = pytest.CaptureFixture[str]


def test_levels_and_error_rates_are_not_rounded(
    audit: Path, gold: list[str], capsys: Capture
) -> None:
    run("next", audit, "-n", 12)
    answer(audit / "to_check.csv", gold)
    run("add", audit, audit / "to_check.csv")
    words = "audit.confidence_level=0.999", "audit.limit=0.5", "audit.decision_error=0.001"
    assert run("status", audit, *words) == 0
    said = capsys.readouterr().out
    assert "(99.9% interval" in said
    assert "with an error rate of 0.1%" in said


def test_what_was_found_is_said_where_nothing_was_drawn_at_random(
    audit: Path, gold: list[str], machine: list[str], capsys: Capture
) -> None:
    run("next", audit, "-n", 12, "audit.finding_share=1")
    ids = answer(audit / "to_check.csv", gold)
    run("add", audit, audit / "to_check.csv")
    assert run("status", audit) == 0
    wrong = sum(gold[row] != machine[row] for row in ids)
    assert f"\n{wrong} of these are wrong; none was drawn at random" in capsys.readouterr().out


def test_a_folder_with_a_blank_is_quoted(
    labelled: Path, gold: list[str], tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "my audit"
    columns = ("--text", "body", "--label", "topic", "embedding=tfidf_svd")
    assert run("init", labelled, "--out", folder, *columns) == 0
    assert run("status", folder) == 0
    said = capsys.readouterr().out
    assert said.count(f"cartolearn audit next {shlex.quote(str(folder))}") == 2
    run("next", folder, "-n", 2)
    sheet = folder / "to_check.csv"
    answer(sheet, gold)
    assert run("next", folder) == 2
    told = capsys.readouterr().err.replace("\n", " ")
    assert f"audit add {shlex.quote(str(folder))} {shlex.quote(str(sheet))}, or" in told
    project = tmp_path / "my project"
    file = ["init", str(labelled), "--text", "body", "--out", str(project)]
    assert label([*file, "--label", "topic", "embedding=tfidf_svd"]) == 0
    assert f"cartolearn label next {shlex.quote(str(project))}" in capsys.readouterr().out
