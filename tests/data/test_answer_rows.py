"""Tables with a row for each person's answer are read like exports that hold them together."""

import csv
import json
from pathlib import Path

import pytest

from cartolearn.commands.audit import main as audit
from cartolearn.commands.label import main as label
from cartolearn.data.reading.reader import open_rows, read
from cartolearn.data.writing.writer import Target, write_sheet
from cartolearn.label.files.add import add_file
from cartolearn.label.files.labelled import labelled_sheet
from cartolearn.label.project.folder import Project

STUDIO = ("annotation_id", "annotator", "created_at", "id", "label", "lead_time", "text")
ANSWERS = [  # task, person, answer: not one task after the other, as a sorted sheet has them
    (0, "ana", "bug"), (1, "ana", "idea"), (2, "ana", "bug"), (0, "bo", "bug"),
    (1, "bo", "bug"), (0, "cy", "idea"), (2, "ana", "idea"), (3, "bo", ""), (3, "cy", "idea"),
]  # fmt: skip


def studio(path: Path) -> Path:
    """Write what Label Studio calls CSV or JSON-MIN."""
    rows = [
        (number, who, "2026-01-31T10:00:00Z", task, said, 3.5, f"text {task}")
        for number, (task, who, said) in enumerate(ANSWERS)
    ]
    if path.suffix == ".json":
        path.write_text(json.dumps([dict(zip(STUDIO, row, strict=True)) for row in rows]))
    else:
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows([STUDIO, *rows])
    return path


@pytest.mark.parametrize("name", ["my.csv", "my.json"])
def test_label_studios_tables_hold_several_answers_to_a_text(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    path = studio(tmp_path / name)
    table = read(path, "text", "label", optional=True)
    assert table.texts == [f"text {task}" for task in range(4)]
    assert table.labels == ["bug", "", "idea", "idea"]
    assert "a table of Label Studio, a row for each answer" in caplog.text
    assert "1 earlier answer(s) of the same person replaced" in caplog.text
    assert "1 text(s) with the label that most people gave" in caplog.text
    assert "1 text(s) without a label, since as many people gave" in caplog.text
    first = [row for row in open_rows(path).rows if row.place == table.places[0]]
    assert [row.by for row in first] == ["ana", "bo", "cy"]
    assert audit(["init", str(path), "--out", str(tmp_path / "a"), "--id", "id"]) == 0
    assert "3 labels by label, 2 classes" in capsys.readouterr().out


def test_each_persons_answer_in_a_table_is_kept(tmp_path: Path) -> None:
    texts = tmp_path / "texts.csv"
    texts.write_text("text\n" + "".join(f"text {task}\n" for task in range(4)))
    words = ["init", str(texts), "--out", str(tmp_path / "p"), "--classes", "bug,idea"]
    assert label([*words, "embedding=tfidf_svd"]) == 0
    project = Project.open(tmp_path / "p")
    added = add_file(project, studio(tmp_path / "my.csv"))
    assert (added.new, added.empty, added.bad) == (4, 1, [])
    state = project.state()
    assert state.answers[0] == {"ana": "bug", "bo": "bug", "cy": "idea"}
    assert (state.labels[0].label, state.labels[2].label) == ("bug", "idea")


def test_rejected_work_of_mechanical_turk_counts_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "batch.csv"
    path.write_text(
        "HITId,WorkerId,AssignmentStatus,Input.text,Answer.topic.label\n"
        "H1,A,Approved,one,x\nH1,B,Rejected,one,y\nH2,A,Approved,two,y\nH2,C,Approved,two,y\n"
    )
    table = read(path, "Input.text", "Answer.topic.label")
    assert (table.texts, table.labels) == (["one", "two"], ["x", "y"])
    assert "1 rejected answer(s) left out" in caplog.text


def test_our_own_export_keeps_its_rows(tmp_path: Path) -> None:
    path, project = studio(tmp_path / "my.csv"), tmp_path / "p"
    assert label(["init", str(path), "--out", str(project), "embedding=tfidf_svd"]) == 0
    made = Project.open(project)
    write_sheet(Target(tmp_path / "out.csv", "csv"), labelled_sheet(made, made.state(), each=True))
    assert len(list(open_rows(tmp_path / "out.csv").rows)) == 3
