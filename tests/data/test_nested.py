"""Values inside objects, and names that hold several labels."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from cartolearn.commands.audit import main as audit
from cartolearn.commands.label import main as label
from cartolearn.data.reading.nested import names_in, with_inner
from cartolearn.data.reading.reader import read
from cartolearn.errors import InputError


def chat(text: str, answer: str) -> dict[str, Any]:
    messages = [{"role": r, "content": c} for r, c in (("user", text), ("assistant", answer))]
    return {"messages": messages, "meta": {"topic": [{"name": answer}]}}


def test_inner_values_are_named_by_the_way_to_them() -> None:
    found = chat("one", "a") | {"x.y": 1}
    names = ["messages.0.content", "meta.topic.name", "meta.topic.0.name", "x.y", "meta.no",
             "messages.7.content", "messages.content", "messages.no"]  # fmt: skip
    whole = with_inner(found, names)
    assert whole["messages.0.content"] == "one"
    assert whole["meta.topic.name"] == whole["meta.topic.0.name"] == "a"
    assert whole["x.y"] == 1
    assert whole["messages.content"] == ["one", "a"]
    assert not {"meta.no", "messages.7.content", "messages.no"} & whole.keys()
    assert names_in(found) == [
        "messages.0.role", "messages.0.content", "messages.1.role", "messages.1.content",
        "meta.topic.name", "x.y",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["my.jsonl", "my.json", "my.manifest", "my.parquet", "my.arrow"])
def test_inner_values_are_columns(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    rows = [chat(f"text {n}", "ab"[n % 2]) for n in range(6)]
    lines = "\n".join(map(json.dumps, rows))
    path.write_text(json.dumps(rows) if name.endswith(".json") else lines)
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif name.endswith(".arrow"):
        pa.feather.write_feather(pa.Table.from_pylist(rows), path)
    words = ["--text", "messages.0.content", "--label", "meta.topic.name", "embedding=tfidf_svd"]
    assert read(path, words[1], words[3]).labels == ["a", "b"] * 3
    assert label(["init", str(path), "--out", str(tmp_path / "p"), *words]) == 0
    assert label(["export", str(tmp_path / "p")]) == 0
    assert audit(["init", str(path), "--out", str(tmp_path / "a"), *words]) == 0
    inner = r"messages\.0\.role, messages\.0\.content, " if "json" in name else "messages"
    with pytest.raises(InputError, match=f"It has: {inner}"):
        read(path, "text", None)


def test_classes_that_name_several_others_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "my.csv"
    path.write_text('text,label\none,a\ntwo,b\nthree,"a; b"\nfive,a#b\nfour,"a, c"\n')
    read(path, "text", "label")
    assert "taken as classes of their own, though they name several: a#b, a; b" in caplog.text
    assert "a, c" not in caplog.text


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("my.dta", "x", "is of statistics software; save it there as CSV"),
        ("my.pkl", "x", "may run code when it is read"),
        ("my.spacy", "x", "holds annotations inside texts"),
        ("my.svm", "1 1:0.5", "holds features and no texts"),
        ("my.numbers", "x", "export the table as CSV or as a workbook"),
        ("my.txt", "__label__a one\n__label__b two\n", "holds lines of fastText"),
        ("my.txt", "DESC:manner How did it come\n", "holds lines of TREC"),
        ("my.csv", '<?xml version="1.0"?><a/>', "is XML"),
    ],
)
def test_what_holds_no_table_is_told_what_to_do_with(
    name: str, data: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(data)
    with pytest.raises(InputError, match=says):
        read(tmp_path / name, "text", "label")


def test_rows_of_columns_are_read_as_pandas_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "my.json"
    split = {"columns": ["text", "label"], "index": [0, 1, 2]}
    path.write_text(json.dumps({**split, "data": [["one", "a"], ["two", "b"], ["three", "a"]]}))
    assert read(path, "text", "label").labels == ["a", "b", "a"]


def test_two_columns_of_labels_are_refused_also_where_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "my.csv"
    path.write_text("text,label,label\none,a,b\n")
    with pytest.raises(InputError, match="2 columns are called 'label'"):
        read(path, "text", None, optional=True)


def test_annotations_inside_texts_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "my.jsonl"
    spans = [{"start": 0, "end": 2, "label": "X"}]
    path.write_text(json.dumps({"text": "one", "spans": spans, "answer": "accept"}) + "\n")
    assert read(path, "text", None, optional=True).labels == [""]
    assert "1 annotation(s) inside texts left out" in caplog.text
