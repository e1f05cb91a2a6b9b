"""Exports of labelling tools: whose answer is taken, and what is left out and counted."""

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
