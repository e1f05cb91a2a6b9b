"""What comes back from spreadsheets changed, and what becomes of the rows that were rejected."""

import json
from pathlib import Path

import pytest

from cartolearn.data import answers
from cartolearn.data.answers import class_named, row_named, unknown_class
from cartolearn.errors import InputError
from cartolearn.label.files.add import add_file
from cartolearn.label.files.sheet import unadded
from cartolearn.label.project.folder import Project

CLASSES = ["007", "70", "1-2", "bug", "Bug report"]


def test_zeros_at_the_front_come_back_where_one_class_had_them() -> None:
    assert class_named("7", CLASSES) == "007"
    assert class_named("007", CLASSES) == "007"
    assert class_named("7", ["007", "7"]) == "7"
    assert class_named("7", ["007", "07"]) is None
    assert class_named("0070", ["70"]) is None
    assert class_named("7", ["bug"]) is None


def test_a_class_that_became_a_date_is_named() -> None:
    for cell in ("02-Jan", "2. Jan", "2026-01-02", "2026-01-02 00:00:00", "1/2/2026"):
        says = unknown_class(cell, CLASSES)
        assert says == f"unknown class {cell!r}; did a spreadsheet make a date of 1-2?"
    assert unknown_class("bgu", CLASSES) == "unknown class 'bgu'; did you mean bug?"
    assert "date" not in unknown_class("02-Jan", ["bug"])


@pytest.mark.parametrize(
    ("name", "row"), [("12", 12), ("012", 12), ("", -1), ("-1", -1), ("²", -1), ("1" * 5000, -1)]
)
def test_an_id_is_a_whole_number_or_none(name: str, row: int) -> None:
    assert row_named(name) == row


def test_the_id_tells_where_the_text_was_cleared(project: Project, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("ID,Text,Label\n3,,bug\n4,another,bug\n", encoding="utf-8")
    added = add_file(project, sheet)
    assert (added.new, len(added.bad)) == (1, 1)


def test_a_sheet_with_an_odd_id_holds_what_is_not_added(project: Project, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("id,label\n²,bug\n", encoding="utf-8")
    assert unadded(sheet, project.state(), "ana")


def test_rejected_rows_of_before_are_not_overwritten(project: Project, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("id,label\n0,nonsense\n", encoding="utf-8")
    names = [added.bad_file for added in (add_file(project, sheet) for _ in range(3)) if added]
    assert names == [tmp_path / f"sheet.bad{number}.csv" for number in ("", 2, 3)]


def test_good_rows_count_where_the_bad_ones_cannot_be_written(
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    sheet = tmp_path / "sheet.csv"
    sheet.write_text("id,label\n0,bug\n1,nonsense\n", encoding="utf-8")
    monkeypatch.setattr(answers, "write_sheet", full)
    added = add_file(project, sheet)
    assert (added.new, len(added.bad), added.bad_file) == (1, 1, None)
    assert f"cannot write {tmp_path / 'sheet.bad.csv'}: No space left on device" in caplog.text


def test_rejected_rows_of_a_parquet_file_keep_their_columns(
    project: Project, tmp_path: Path
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = {"text": [project.texts[0]], "note": ["mine"], "label": ["nonsense"], "id": [0]}
    pq.write_table(pa.table(rows), tmp_path / "sheet.parquet")
    added = add_file(project, tmp_path / "sheet.parquet")
    assert added.bad_file is not None
    first, second = added.bad_file.read_text(encoding="utf-8-sig").splitlines()
    assert first == "text,note,label,id,where,problem"
    assert second.startswith(f"{project.texts[0]},mine,nonsense,0,")


def test_rejected_answers_keep_who_gave_them_and_what_was_said(
    project: Project, tmp_path: Path
) -> None:
    def said(who: str, *names: str) -> dict[str, object]:
        result = {"from_name": "topic", "type": "choices", "value": {"choices": names}}
        return {"completed_by": who, "result": [result]}

    tasks = [{"data": {"id": 0, "text": project.texts[0]},
              "annotations": [said("ana", "bug"), said("bo", "nonsense")]}]  # fmt: skip
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    bad = add_file(project, path).bad_file
    assert bad is not None
    bad.write_text(bad.read_text("utf-8-sig").replace("nonsense,", "question,"), encoding="utf-8")
    assert add_file(project, bad, replace=True).bad == []
    assert project.state().answers[0] == {"ana": "bug", "bo": "question"}
    path = tmp_path / "rows.jsonl"
    row = {"id": 1, "said": [{"topic": "bug"}, {"topic": "question"}]}
    path.write_text(json.dumps(row), encoding="utf-8")
    bad = add_file(project, path, label="said.topic").bad_file
    assert bad is not None
    assert '1,,"[""bug"", ""question""]",' in bad.read_text("utf-8-sig")


def test_a_value_of_the_tasks_is_a_label_where_it_is_named(
    project: Project, tmp_path: Path
) -> None:
    sure = {"from_name": "sure", "type": "choices", "value": {"choices": ["yes"]}}
    data = {"id": 0, "text": project.texts[0], "known": "feature"}
    path = tmp_path / "export.json"
    path.write_text(json.dumps([{"data": data, "annotations": [{"result": [sure]}]}]), "utf-8")
    assert add_file(project, path, label="known").new == 1
    assert project.state().labels[0].label == "feature"


def test_a_label_that_no_row_has_is_an_error(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": 0, "label": "bug"}\n{"id": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"has no column 'lable'\. Did you mean 'label'"):
        add_file(project, path, label="lable")
    assert (project.state().labels, add_file(project, path).new) == ({}, 1)
    path.write_text('{"text": "x", "label": "bug"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="has no column 'id'"):
        add_file(project, path)
