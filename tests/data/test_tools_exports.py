"""Exports of labelling tools: whose answer is taken, and what is left out and counted."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.reading.reader import open_rows, read
from cartolearn.data.table import Table
from cartolearn.errors import InputError

COLUMNS = ("text", "label")


def pairs(table: Table) -> list[tuple[str, str]]:
    return list(zip(table.texts, table.labels, strict=True))


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def choice(name: str, *values: str) -> dict[str, Any]:
    return {"from_name": name, "type": "choices", "value": {"choices": list(values)}}


def task(number: int, *annotations: dict[str, Any]) -> dict[str, Any]:
    return {"id": number, "data": {"text": f"t{number}"}, "annotations": list(annotations)}


STUDIO = [
    task(0, {"completed_by": 1, "result": [choice("label", "bug"), choice("sure", "yes")]}),
    task(1, {"completed_by": 1, "result": [choice("sure", "yes")]}),
    task(2, {"completed_by": 1, "result": [choice("label", "bug")], "was_cancelled": True}),
    task(3, *[{"completed_by": who, "result": [choice("label", "bug")]} for who in (1, 2)],
         {"completed_by": {"email": "c@x"}, "result": [choice("label", "idea")]}),
    task(4, *[{"completed_by": w, "result": [choice("label", c)]} for w, c in enumerate("ab")]),
    task(5, *[{"completed_by": 1, "result": [choice("label", c)]} for c in ("bug", "idea")]),
]  # fmt: skip


def test_label_studio(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path / "my.json", json.dumps(STUDIO))
    table = read(path, *COLUMNS, optional=True)
    assert table.texts == [f"t{i}" for i in range(6)]
    assert table.labels == ["bug", "", "", "bug", "", "idea"]
    assert "read as an export of Label Studio" in caplog.text
    assert "1 cancelled annotation(s) left out" in caplog.text
    people = [row.by for row in open_rows(path).rows if row.place == 4]
    assert people == ["1", "2", "c@x"]
    assert read(path, "text", "sure").texts == ["t0", "t1"]
    with pytest.raises(InputError, match="no question is called 'topic'; there are: label, sure"):
        read(path, "text", "topic")


def test_a_taxonomy_of_label_studio_gives_the_way_to_a_class(tmp_path: Path) -> None:
    def chosen(*ways: list[str]) -> dict[str, Any]:
        result = {"from_name": "topic", "type": "taxonomy", "value": {"taxonomy": list(ways)}}
        return {"completed_by": 1, "result": [result]}

    tasks = [task(0, chosen(["bill", "late"])), task(1, chosen(["bill"])), task(2)]
    path = written(tmp_path / "my.json", json.dumps(tasks))
    assert read(path, *COLUMNS, optional=True).labels == ["bill / late", "bill", ""]
    path = written(path, json.dumps([*tasks, task(3, chosen(["bill", "late"], ["bill"]))]))
    with pytest.raises(InputError, match="2 labels where one is expected: bill / late, bill"):
        read(path, *COLUMNS, optional=True)


def test_argilla(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def record(text: str, status: str, *said: dict[str, Any]) -> dict[str, Any]:
        responses = {"label": list(said)} if said else {}
        return {"id": text, "fields": {"text": text}, "responses": responses, "status": status}

    records = [
        record("a", "completed", {"value": "bug", "user_id": "u"}),
        record("b", "pending", {"value": "bug", "user_id": "u"}),
        record("c", "pending", {"value": "idea", "user_id": "u", "status": "submitted"}),
        record("d", "pending"),
        record("e", "completed", {"value": "bug", "user_id": "u", "status": "discarded"}),
    ]
    path = written(tmp_path / "my.json", json.dumps(records))
    assert read(path, *COLUMNS, optional=True).labels == ["bug", "", "idea", "", ""]
    assert "2 answer(s) left out that were not submitted" in caplog.text
    old = [
        {"text": "a", "annotation": "bug", "annotation_agent": "ana", "status": "Validated"},
        {"inputs": {"text": "b"}, "annotation": "bug", "status": "Discarded"},
        {"text": "c", "annotation": None, "status": "Default"},
    ]
    path = written(tmp_path / "old.json", json.dumps(old))
    assert pairs(read(path, *COLUMNS, optional=True)) == [("a", "bug"), ("b", ""), ("c", "")]


def test_doccano_and_prodigy(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def lines(*rows: dict[str, Any]) -> str:
        return "".join(json.dumps(row) + "\n" for row in rows)

    some: list[dict[str, Any]] = [
        {"id": i, "text": f"t{i}", "label": x} for i, x in enumerate((["a"], [], ["b"]))
    ]
    path = written(tmp_path / "my.jsonl", lines(*some))
    assert read(path, *COLUMNS, optional=True).labels == ["a", "", "b"]
    assert read(path, *COLUMNS).texts == ["t0", "t2"]
    two = {"id": 9, "text": "t9", "label": ["a", "b"]}
    with pytest.raises(InputError, match="line 4: 2 labels where one is expected: a, b"):
        read(written(path, lines(*some, two)), *COLUMNS)
    chosen: list[dict[str, Any]] = [
        {"text": "x", "options": [], "accept": ["a"], "answer": "accept", "_session_id": "s"},
        {"text": "y", "options": [], "accept": ["a"], "answer": "reject"},
        {"text": "z", "label": "b", "answer": "accept"},
        {"text": "w", "label": "b", "answer": "ignore"},
    ]
    table = read(written(path, lines(*chosen)), *COLUMNS)
    assert pairs(table) == [("x", "a"), ("z", "b")]
    assert "1 answer(s) left out: reject" in caplog.text
    assert "1 answer(s) left out: ignore" in caplog.text


def test_tasks_that_nobody_answered_are_texts(tmp_path: Path) -> None:
    options = [{"id": name, "text": name} for name in ("bug", "idea")]
    asked = written(tmp_path / "asked.jsonl", json.dumps({"text": "x", "options": options}))
    assert pairs(read(asked, *COLUMNS, optional=True)) == [("x", "")]
    held = {"text": "x", "options": ["a", "b"], "label": "b"}
    assert pairs(read(written(asked, json.dumps(held)), *COLUMNS, optional=True)) == [("x", "b")]
    suggested = {"result": [choice("label", "bug")], "score": 0.9}
    tasks = [
        {"data": {"text": "t0"}},
        {"id": 1, "data": {"text": "t1"}, "predictions": [suggested]},
    ]
    path = written(tmp_path / "my.json", json.dumps(tasks))
    assert pairs(read(path, "text", None, optional=True)) == [("t0", ""), ("t1", "")]


def test_results_of_another_kind_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stars = {"from_name": "stars", "type": "rating", "value": {"rating": 4}}
    tasks = [task(0, {"result": [stars, choice("label", "bug")]}), task(1, {"result": [stars]})]
    path = written(tmp_path / "my.json", json.dumps(tasks))
    assert read(path, *COLUMNS, optional=True).labels == ["bug", ""]
    assert "2 result(s) left out that are no choice (rating)" in caplog.text


def test_feedback_records_of_argilla_list_answers_by_person(tmp_path: Path) -> None:
    def said(value: str, who: str, status: str = "submitted") -> dict[str, Any]:
        return {"values": {"kind": {"value": value}}, "user_id": who, "status": status}

    records = [
        {"fields": {"text": "a"}, "responses": [said("bug", "u"), said("bug", "v")]},
        {"fields": {"text": "b"}, "responses": [said("idea", "u", "draft")]},
        {"fields": {"text": "c"}, "responses": []},
    ]
    path = written(tmp_path / "my.jsonl", "\n".join(map(json.dumps, records)))
    assert pairs(read(path, *COLUMNS, optional=True)) == [("a", "bug"), ("b", ""), ("c", "")]
    assert [row.by for row in open_rows(path).rows] == ["u", "v", "", ""]


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".jsonl"])
@pytest.mark.parametrize("label", ["kind", "kind.responses", "label"])
def test_a_table_of_argilla_holds_answers_in_lists(
    tmp_path: Path, ending: str, label: str, caplog: pytest.LogCaptureFixture
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = {
        "text": ["a", "b", "c"],
        "kind.responses": [["bug", "idea", "bug"], ["bug"], None],
        "kind.responses.users": [["u", "v", "w"], ["u"], None],
        "kind.responses.status": [["submitted"] * 3, ["draft"], None],
        "source": ["x", "y", "z"],
    }
    rows = [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]
    path = tmp_path / f"my{ending}"
    match ending:
        case ".parquet":
            pq.write_table(pa.table(table), path)
        case ".jsonl":
            written(path, "\n".join(map(json.dumps, rows)))
        case _:
            with path.open("w", newline="") as stream:
                writer = csv.DictWriter(stream, list(table))
                writer.writeheader()
                writer.writerows(rows)
    found = read(path, "text", label, optional=True)
    assert pairs(found) == [("a", "bug"), ("b", ""), ("c", "")]
    assert "1 answer(s) left out that were not submitted" in caplog.text
    first = list(open_rows(path, label=label).rows)[:3]
    assert [(row.by, row.values[label], row.values["source"]) for row in first] == [
        ("u", "bug", "x"),
        ("v", "idea", "x"),
        ("w", "bug", "x"),
    ]


def test_a_table_of_argilla_may_hold_single_answers(tmp_path: Path) -> None:
    path = written(tmp_path / "my.csv", "text,kind.responses\na,bug\nb,\n")
    assert pairs(read(path, "text", "kind", optional=True)) == [("a", "bug"), ("b", "")]


def test_answers_to_one_text_of_prodigy_are_one_text(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows: list[dict[str, Any]] = [
        {"text": "a", "accept": ["x"], "answer": "accept", "_input_hash": 1, "_session_id": "d-a"},
        {"text": "b", "label": "x", "answer": "reject"},
        {"text": "a", "accept": ["y"], "answer": "accept", "_input_hash": 1, "_session_id": "d-b"},
        {"text": "b", "label": "y", "answer": "accept"},
        {"text": "c", "label": "x", "answer": "reject"},
        {"text": "a", "accept": ["y"], "answer": "accept", "_input_hash": 1, "_session_id": "d-c"},
        {"text": "d", "cats": {"x": 1, "y": 0}, "answer": "accept"},
        {"text": "e", "accept": [2], "options": [{"id": 1, "text": "x"}, {"id": 2, "text": "y"}],
         "answer": "accept"},
    ]  # fmt: skip
    path = written(tmp_path / "my.jsonl", "\n".join(map(json.dumps, rows)))
    answers = {"a": "y", "b": "y", "c": "", "d": "x", "e": "y"}
    assert dict(pairs(read(path, "text", None, optional=True))) == answers
    assert "1 text(s) with the label that most people gave" in caplog.text
    assert len(read(path, *COLUMNS).texts) == 4
    people = [row.by for row in open_rows(path).rows if row.values["text"] == "a"]
    assert people == ["d-a", "d-b", "d-c"]
