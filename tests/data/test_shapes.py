"""Tables of other shapes: titles above the header, quotes after backslashes, JSON of any layout."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cartolearn.commands.label import main as label
from cartolearn.data.reading.columns import header_place
from cartolearn.data.reading.reader import open_rows, read
from cartolearn.errors import InputError

ROWS = [("one", "a"), ("two, too", "b"), ("three", "a")]
OBJECTS = [{"text": text, "label": name} for text, name in ROWS]
COLUMNS = ("text", "label")


def pairs(path: Path) -> list[tuple[str, str]]:
    table = read(path, *COLUMNS)
    return list(zip(table.texts, table.labels, strict=True))


def written(path: Path, data: str) -> Path:
    path.write_text(data, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("Report of May\n\n", "2 line(s) above the header left out"),
        ("# one,note\n# another\n", "2 line(s) above the header left out"),
        ("Report;of May;\n", "1 line(s) above the header left out; separator semicolon"),
        ("sep=;\nReport\n", "1 line(s) above the header left out"),
        ('"a title\nof two lines"\n', "2 line(s) above the header left out"),
    ],
)
def test_a_header_below_a_title(
    title: str, says: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sign = ";" if ";" in title else ","
    rows = [("9", f'"{text}"', name) for text, name in ROWS]
    table = "".join(sign.join(row) + "\n" for row in [("id", *COLUMNS), *rows])
    path = written(tmp_path / "my.csv", title + table)
    assert pairs(path) == ROWS
    assert caplog.messages == [f"{path}: {says}"]
    caplog.clear()
    assert pairs(written(path, "\n\n" + table.replace(";", ","))) == ROWS
    assert not caplog.records
    path = written(path, title + table + sign.join(("9", "x", "y", "z")) + "\n")
    with pytest.raises(InputError, match=f"line {path.read_text().count(chr(10))}: malformed row"):
        read(path, *COLUMNS)


def test_a_header_below_a_title_in_a_workbook(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [["Report of May"], [], [None, *COLUMNS], *[["", *row] for row in ROWS]]:
        book.active.append(row)
    book.save(tmp_path / "my.xlsx")
    assert pairs(tmp_path / "my.xlsx") == ROWS
    assert "1 line(s) above the header left out" in caplog.text


def test_rows_are_no_title() -> None:
    data = [["one", "a"], ["text", "label"], ["two", "b"]]
    assert header_place(data, COLUMNS) == 0
    assert header_place([["one"], *data], COLUMNS) == 0
    assert header_place([[], ["x"], ["text", "label"]], COLUMNS) == 2
    assert header_place([[], ["x"], ["text", "label"]], ["no"]) == 1
    assert header_place([["Label", "TEXT"], ["text", "label", "x"]], COLUMNS) == 0
    assert header_place([[], ["", None]], COLUMNS) is None


def test_quotes_after_backslashes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    lines = ['a,"he said \\"no\\", twice"', 'b,"C:\\new, a"', 'a,"ends in \\\\"']
    path = written(tmp_path / "my.csv", "\n".join(["label,text", *lines, ""]))
    texts = ['he said "no", twice', "C:\\new, a", "ends in \\\\"]
    assert [text for text, _ in pairs(path)] == texts
    assert "quotes after backslashes are part of the texts" in caplog.text
    caplog.clear()
    path = written(path, 'label,text\na,"C:\\"\nb,"two ""\\"""\n')
    assert [text for text, _ in pairs(path)] == ["C:\\", 'two "\\"']
    assert not caplog.records
    path = written(path, 'label,text\na,"he said \\"no"\nb,c,d\n')
    with pytest.raises(InputError, match="line 2: malformed row: text after a closing quote"):
        read(path, *COLUMNS)


@pytest.mark.parametrize("name", ["my.json", "my.jsonl"])
@pytest.mark.parametrize(
    "data",
    [
        "\n".join(json.dumps(row, indent=2) for row in OBJECTS),
        ",\n".join(json.dumps(row) for row in OBJECTS) + ",\n",
        "\n".join(json.dumps(list(row)) for row in [COLUMNS, *ROWS]),
        "".join(f"\x1e{json.dumps(row)}\n" for row in OBJECTS),
        json.dumps([COLUMNS, *ROWS]),
    ],
)
def test_json_of_any_layout(data: str, name: str, tmp_path: Path) -> None:
    assert pairs(written(tmp_path / name, data)) == ROWS


def test_json_with_objects_in_an_object(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows: dict[str, Any] = {f"row {n}": row for n, row in enumerate(OBJECTS)}
    path = written(tmp_path / "my.json", json.dumps(rows))
    assert pairs(path) == ROWS
    assert [row.values["id"] for row in open_rows(path, COLUMNS).rows] == list(rows)
    columns = {name: {f"text {n}": row[name] for n, row in enumerate(OBJECTS)} for name in COLUMNS}
    assert pairs(written(path, json.dumps(columns))) == ROWS
    splits = {"test": OBJECTS[:1], "train": OBJECTS}
    assert pairs(written(path, json.dumps(splits))) == ROWS
    assert "read as the list 'train' in it (others: test)" in caplog.text
    with pytest.raises(InputError, match="malformed JSON: Unterminated string"):
        read(written(path, json.dumps(OBJECTS)[:-9]), *COLUMNS)


def test_texts_that_are_bytes(tmp_path: Path) -> None:
    path = tmp_path / "my.parquet"
    pq.write_table(pa.table({"text": [b"caf\xc3\xa9", b"two"], "label": [b"a", b"b"]}), path)
    assert pairs(path) == [("café", "a"), ("two", "b")]
    pq.write_table(pa.table({"text": [b"caf\xe9", b"two"], "label": ["a", "b"]}), path)
    with pytest.raises(InputError, match="row 1: 'text' is not text but b'caf"):
        read(path, *COLUMNS)


def test_a_label_column_that_no_row_has_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "my.jsonl", "\n".join(map(json.dumps, OBJECTS)))
    for words in (["init", path, "--out", tmp_path / "p", "--label", "lable"],):
        assert label(list(map(str, words))) == 2
        told = "has no column 'lable'. Did you mean 'label'? It has: text, label"
        assert told in capsys.readouterr().err
    some = [{"text": "zero"}, *OBJECTS]
    path = written(tmp_path / "my.jsonl", "\n".join(map(json.dumps, some)))
    assert read(path, *COLUMNS, optional=True).labels == ["", "a", "b", "a"]


def test_an_address_is_no_file() -> None:
    with pytest.raises(InputError, match=r"there is no file https:/.*; download it first"):
        read(Path("https://example.org/my.csv"), *COLUMNS)
