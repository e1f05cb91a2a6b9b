"""Files that hold something else than their ending says: read all the same, or named."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.reading.reader import read
from cartolearn.errors import InputError

COLUMNS = ("text", "label")
ROWS: list[dict[str, Any]] = [{"text": "grün", "label": "a"}, {"text": "rot", "label": "b"}]
LINES = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)
LIST = json.dumps(ROWS, ensure_ascii=False)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("my.csv", b"PK\x03\x04...", "is a workbook or an archive; name it .xlsx"),
        ("my.csv", OLE, "is a workbook of old; name it .xls"),
        ("my.xlsx", OLE, "has a password"),
        ("my.csv", b"PAR1\x15\x04", "is a Parquet file; name it .parquet"),
        ("my.csv", gzip.compress(b"text,label\n", mtime=0), "is compressed; unpack it first"),
        ("my.csv.gz", gzip.compress(b"text,label\n", mtime=0), "is compressed; unpack it first"),
        ("my.json", b"\n<!DOCTYPE html><title>Sign in", "is a web page"),
        ("my.xls", b"<html><table><tr><td>text", "is a web page"),
        ("my.parquet", b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        ("my.xls", b"text\tlabel\none\ta\n", "is no workbook but text; name it .csv"),
        ("my.parquet", b"text,label\none,a\n", "is no Parquet file but text"),
        ("my.csv", b'[\n {"text": "one"}]', "holds JSON; name it .jsonl or .json"),
    ],
)
def test_what_a_file_holds_is_named(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        read(path, *COLUMNS)
    assert str(error.value).startswith(str(path))
    assert says in str(error.value)


def test_headers_that_begin_like_something_else_are_read(tmp_path: Path) -> None:
    for first in ("PAR1", "BZh", "PK", "<text>"):
        path = tmp_path / "my.csv"
        path.write_text(f"{first},text,label\n1,one,a\n")
        assert read(path, *COLUMNS).texts == ["one"]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "my.csv"
    os.mkfifo(path)
    with pytest.raises(InputError, match="is no file; save what a pipe or a device gives"):
        read(path, *COLUMNS)


@pytest.mark.parametrize(
    ("name", "held", "says"),
    [
        ("my.json", LINES, "read as one object a line"),
        ("my.jsonl", LIST, "read as one list of objects"),
        ("my.json", json.dumps({"schema": {}, "data": ROWS}), "read as the list 'data' in it"),
        ("my.json", '{"text": ["grün", "rot"], "label": ["a", "b"]}', "read as columns"),
        (
            "my.json",
            '{"text": {"0": "grün", "1": "rot"}, "label": {"0": "a", "1": "b"}}',
            "read as columns",
        ),
        ("my.json", LIST, ""),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_of_any_shape_and_encoding(
    tmp_path: Path,
    name: str,
    held: str,
    says: str,
    encoding: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / name
    path.write_bytes(held.encode(encoding))
    table = read(path, *COLUMNS)
    assert (table.texts, table.labels) == (["grün", "rot"], ["a", "b"])
    assert says in caplog.text
    assert bool(caplog.records) == bool(says or encoding == "utf-16")


@pytest.mark.parametrize("held", ['{"a": [{}], "b": [{}]}', '{"a": [1], "b": [1, 2]}', "3"])
def test_json_that_holds_no_list_of_objects_is_refused(tmp_path: Path, held: str) -> None:
    path = tmp_path / "my.json"
    path.write_text(held)
    with pytest.raises(InputError, match="not a list of objects, nor an object that holds one"):
        read(path, *COLUMNS)


def test_utf_16_that_was_cut_is_named(tmp_path: Path) -> None:
    path = tmp_path / "my.csv"
    path.write_bytes("text,label\none,a\n".encode("utf-16") + b"\0")
    with pytest.raises(InputError, match="line 3: not utf-16 text"):
        read(path, *COLUMNS)
