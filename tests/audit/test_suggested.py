"""An audit of what a language model said in a labelling project, from the project or its export."""

import json
from pathlib import Path

import pytest

from cartolearn.audit.project.folder import Audit
from cartolearn.commands.label import main as label
from cartolearn.label.project.folder import Project
from tests.audit.conftest import SMALL, answer, planted, read_csv, run
from tests.label.conftest import toy_project, toy_texts
from tests.label.suggesting.conftest import cache, suggest  # noqa: F401  (a fixture)
from tests.label.suggesting.stub import Answer, Body, chat, served, text_of

SIZE = 90
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project that a model labelled, a fifth of it wrongly and one text not at all."""
    texts, gold = toy_texts(SIZE)
    said = dict(zip(texts, planted(gold, 0.2, 0), strict=True)) | {texts[50]: "nonsense"}
    events = [{"event": "label", "id": row, "label": gold[row]} for row in range(9)]
    project = toy_project(tmp_path / "project", events, SIZE)

    def model(body: Body, number: int, headers: dict[str, str]) -> Answer:
        return chat(json.dumps({"label": said[text_of(body)]}))

    with served(model) as stub:
        assert suggest(project, stub.url) == 0
        assert suggest(project, stub.url, "--model", "other", "-n", 5, "--requests", 200) == 0
    return project


def test_its_errors_are_measured_from_the_project(
    project: Project, tmp_path: Path, capsys: Capture
) -> None:
    capsys.readouterr()
    made = ("--out", tmp_path / "a", "--label", "tiny", "--source", "gpt", *SMALL)
    assert run("init", project.path, *made) == 0
    told = capsys.readouterr().out
    assert "1 answers of tiny name no class of the list" in told
    assert "gpt leaves 7 of 90 texts unlabelled; they are not audited" in told
    assert "83 labels by gpt, 3 classes" in told
    texts, gold = toy_texts(SIZE)
    assert run("next", tmp_path / "a", "-n", 40, "--out", tmp_path / "sheet.csv") == 0
    answer(tmp_path / "sheet.csv", gold)
    assert run("add", tmp_path / "a", tmp_path / "sheet.csv") == 0
    capsys.readouterr()
    assert run("status", tmp_path / "a", "--json") == 0
    wrong = json.loads(capsys.readouterr().out)["wrong"]
    audit = Audit.open(tmp_path / "a")
    given = audit.labels.names(0)
    true = sum(given[row] != gold[row] for row in audit.labels.rows) / 83
    assert list(audit.texts) == texts
    assert wrong["low"] <= true <= wrong["high"]


def test_without_a_name_the_model_asked_last_is_audited(
    project: Project, tmp_path: Path, capsys: Capture
) -> None:
    assert run("init", project.path, "--out", tmp_path / "a", *SMALL) == 0
    assert Audit.open(tmp_path / "a").labels.sources == ["other", "tiny"]
    assert run("init", project.path, "--out", tmp_path / "b", "--label", "tony") == 2
    assert "did you mean tiny" in capsys.readouterr().err
    empty = toy_project(tmp_path / "empty", [], 6)
    assert run("init", empty.path, "--out", tmp_path / "b") == 2
    assert "no language model was asked yet" in capsys.readouterr().err


def test_an_export_holds_the_same_beside_the_labels_of_people(
    project: Project, tmp_path: Path
) -> None:
    out = tmp_path / "all.csv"
    assert label(["export", str(project.path), "--suggestions", "--out", str(out)]) == 0
    rows = read_csv(out)
    assert len(rows) == SIZE
    assert sum(bool(row["label"]) for row in rows) == 9
    assert sum(bool(row["tiny"]) for row in rows) == 83
    assert all(bool(row["tiny (prompt)"]) == bool(row["tiny (at)"]) for row in rows)
    assert sum(bool(row["other (at)"]) for row in rows) == 5
    made = ("--out", tmp_path / "b", "--label", "tiny", "--source", "gpt", *SMALL)
    assert run("init", out, *made) == 0
    assert run("init", project.path, "--out", tmp_path / "c", *made[2:]) == 0
    first, second = Audit.open(tmp_path / "b"), Audit.open(tmp_path / "c")
    assert first.labels.names(0) == second.labels.names(0)
    plain = tmp_path / "plain.csv"
    assert label(["export", str(project.path), "--out", str(plain)]) == 0
    assert len(read_csv(plain)) == 9
    assert "tiny" not in read_csv(plain)[0]
