"""Files as people bring them: each kind is read, and says what was assumed, or is refused."""

import codecs
import csv
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.reading.reader import open_rows, read
from cartolearn.data.table import Table
from cartolearn.errors import InputError

ROWS = [("Größe passt", "gut"), ("zu spät, leider", "schlecht"), ("schön 1", "gut")]
COLUMNS = ("text", "label")


def separated(rows: Sequence[tuple[str, ...]], separator: str = ",", head: str = "") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([COLUMNS, *rows])
    return head + text.getvalue()


def pairs(table: Table) -> list[tuple[str, str]]:
    return list(zip(table.texts, table.labels, strict=True))


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (separated(ROWS).encode(), ""),
        (separated(ROWS, ";").encode(), "separator semicolon"),
        (separated(ROWS, "|").encode(), "separator bar"),
        (separated(ROWS, "\t").encode(), "separator tab"),
        (separated(ROWS, ";", "sep=;\r\n").encode(), ""),
        (codecs.BOM_UTF8 + separated(ROWS, ";", "sep=;\r\n").encode(), ""),
        (codecs.BOM_UTF8 * 2 + separated(ROWS).encode(), ""),
        (separated(ROWS, ";").encode("cp1252"), "read as cp1252"),
        (separated(ROWS, "\t").encode("utf-16"), "read as UTF-16; separator tab"),
        (separated(ROWS, "\t").encode("utf-16-le"), "read as UTF-16-LE; separator tab"),
        (separated(ROWS, "\t").encode("utf-16-be"), "read as UTF-16-BE; separator tab"),
        (separated(ROWS).encode("utf-32"), "read as UTF-32"),
    ],
)
def test_what_spreadsheets_save(
    tmp_path: Path, data: bytes, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path / "my.csv", data)
    assert pairs(read(path, *COLUMNS)) == ROWS
    assert says in caplog.text
    assert bool(says) == bool(caplog.records)


def test_an_encoding_is_told_by_the_language_or_asked_for(tmp_path: Path) -> None:
    text = "Доставка опоздала на три дня, но товар хороший и упаковка целая. " * 5
    path = written(tmp_path / "my.csv", separated([(text, "a"), (text, "b")]).encode("cp1251"))
    assert read(path, *COLUMNS).texts == [text, text]
    path = written(tmp_path / "my.csv", separated([("ÀÁÈÿ", "b")]).encode("latin-1"))
    with pytest.raises(InputError, match=r"line 2: not UTF-8 text \(byte 0xc0\).*can't be told"):
        read(path, *COLUMNS)
    assert read(path, *COLUMNS, encoding="latin-1").texts == ["ÀÁÈÿ"]
    with pytest.raises(InputError, match="there is no encoding 'latin-9000'"):
        read(path, *COLUMNS, encoding="latin-9000")
    with pytest.raises(InputError, match="line 2: not ascii text"):
        read(path, *COLUMNS, encoding="ascii")


@pytest.mark.parametrize("word", ['"Awful', '"Wow" they said', 'he said "no', '"'])
def test_tab_separated_text_without_quoting(tmp_path: Path, word: str) -> None:
    rows = [("one", "a"), (word, "b"), ("three", "a"), (word, "b")]
    lines = "".join(f"{text}\t{label}\n" for text, label in [COLUMNS, *rows])
    assert pairs(read(written(tmp_path / "my.tsv", lines), *COLUMNS)) == rows


def test_tab_separated_text_that_cannot_be_told_is_an_error(tmp_path: Path) -> None:
    lines = 'text\tlabel\none\ta\n"two\tb\nthree\ta\tmore\n'
    with pytest.raises(InputError, match="line 3: malformed row: a quote is opened"):
        read(written(tmp_path / "my.tsv", lines), *COLUMNS)


def test_rows_that_a_spreadsheet_cut(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path / "my.csv", "text,label,note\none,a\ntwo,b,x,,\n,,\nthree,a,\n")
    assert read(path, *COLUMNS).texts == ["one", "two", "three"]
    assert "1 row(s) shorter than the header" in caplog.text
    assert "1 row(s) of empty cells left out" in caplog.text
    path = written(tmp_path / "my.csv", "text,note,label\none,a\n")
    with pytest.raises(InputError, match="line 2: malformed row: 2 columns where 3"):
        read(path, *COLUMNS)


LABELS: list[tuple[Any, str]] = [
    ("1.0", "1"), (1.0, "1"), (1, "1"), ("1", "1"), ("-0.0", "0"), ("1.50", "1.50"), ("007", "007"),
    ("True", "true"), (True, "true"), ("FALSE", "false"), ("  spam \u200b", "spam"),
    ("very\u00a0 good", "very good"), ("cafe\u0301", "café"), ("\u202eabc", "abc"), ("NA", "NA"),
    ("None", "None"), ("null", "null"), (2**60, str(2**60)), ("1.1", "1.1"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "name"), LABELS)
@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".json", ".parquet"])
def test_a_class_has_one_spelling_in_every_format(
    tmp_path: Path, value: Any, name: str, ending: str
) -> None:
    path = tmp_path / f"my{ending}"
    match ending:
        case ".csv":
            written(path, separated([("x", str(value))]))
        case ".parquet":
            import pyarrow as pa
            import pyarrow.parquet as pq

            pq.write_table(pa.table({"text": ["x"], "label": [value]}), path)
        case _:
            row = json.dumps({"text": "x", "label": value})
            written(path, f"[{row}]" if ending == ".json" else row)
    assert read(path, *COLUMNS).labels == [name]


def test_missing_is_an_empty_cell_or_a_null_and_no_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = read(written(tmp_path / "my.csv", "text,label\nx,\ny, \nz,NA\nw,\u200b\n"), *COLUMNS)
    assert table.labels == ["", "", "NA", ""]
    assert "taken as names of classes, not as gaps: NA (1 rows)" in caplog.text
    lines = '{"text": null, "label": null}\n{"text": "", "label": NaN}\n'
    table = read(written(tmp_path / "my.jsonl", lines), *COLUMNS)
    assert pairs(table) == [("", ""), ("", "")]


def test_classes_that_differ_by_case_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    read(written(tmp_path / "my.csv", "text,label\nx,Ham\ny,ham \nz,spam\n"), *COLUMNS)
    assert "classes that differ by case alone: Ham and ham" in caplog.text


def test_texts_are_composed_and_keep_their_blanks(tmp_path: Path) -> None:
    path = written(tmp_path / "my.csv", separated([(" cafe\u0301\u200b\r\n x ", "a")]))
    assert read(path, *COLUMNS).texts == [" café\r\n x "]


def test_names_of_columns_have_one_spelling_too(tmp_path: Path) -> None:
    path = written(tmp_path / "my.csv", "\ufeff text ,Cafe\u0301\nx,a\n")
    assert read(path, "text", "Café").labels == ["a"]


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("python_calamine")
    rows: list[list[Any]] = [
        ["label", "text"],
        [1, "=one"],
        [2.0, 12],
        [],
        [True, "drei"],
        [None, "vier"],
    ]
    path = workbook(tmp_path / "my.xlsx", {"empty": [], "data": rows, "other": [["x"]]})
    table = read(path, *COLUMNS, optional=True)
    assert table.labels == ["1", "2", "true", ""]
    assert table.texts[1:] == ["12", "drei", "vier"]
    assert table.where(2) == f"{path}, row 5"
    assert "sheet 'data' of 2; 1 row(s) of empty cells left out" in caplog.text
    with pytest.raises(InputError, match="has no column 'body'"):
        read(path, "body", "label")
    written(path, b"PK\x03\x04 no workbook")
    with pytest.raises(InputError, match="damaged or no workbook"):
        read(path, *COLUMNS)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<x/>")
    with pytest.raises(InputError, match="damaged or no workbook"):
        read(path, *COLUMNS)


CLASSES = ["complaint", "praise"]


def class_label_table() -> Any:
    import pyarrow as pa

    info = {"info": {"features": {"label": {"names": CLASSES, "_type": "ClassLabel"}}}}
    table = pa.table({"text": ["a", "b", "c"], "label": [1, 0, -1]})
    return table.replace_schema_metadata({"huggingface": json.dumps(info)})


def test_class_names_of_hugging_face_in_parquet(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(class_label_table(), tmp_path / "my.parquet")
    assert read(tmp_path / "my.parquet", *COLUMNS).labels == ["praise", "complaint", ""]


def saved(folder: Path, name: str = "data-00000-of-00001.arrow") -> Path:
    import pyarrow as pa

    folder.mkdir(parents=True)
    table = class_label_table()
    with pa.OSFile(str(folder / "data-00000-of-00001.arrow"), "wb") as sink:
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": name}]}))
    return folder


def test_a_folder_of_save_to_disk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = tmp_path / "whole"
    for split in ("train", "test"):
        saved(whole / split)
    (whole / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    assert read(whole / "test", *COLUMNS).labels == ["praise", "complaint", ""]
    assert not caplog.records
    assert read(whole, *COLUMNS).texts == ["a", "b", "c"]
    assert "split train (others: test)" in caplog.text
    with pytest.raises(InputError, match="no split 'dev'; it has: test, train"):
        read(whole, *COLUMNS, split="dev")
    with pytest.raises(InputError, match="names a file outside its folder"):
        read(saved(tmp_path / "evil", "../whole/train/data-00000-of-00001.arrow"), *COLUMNS)


def test_a_folder_of_parquet_files(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    (tmp_path / "data").mkdir()
    for number in range(2):
        name = f"train-0000{number}-of-00002.parquet"
        pq.write_table(class_label_table(), tmp_path / "data" / name)
    table = read(tmp_path, *COLUMNS)
    assert table.texts == ["a", "b", "c"] * 2
    assert list(table.places) == [1, 2, 3, 4, 5, 6]


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


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "my.csv"
    with path.open("w") as file:
        file.write("text,label\n")
        file.writelines(f"{'words ' * 100}{i},a\n" for i in range(20_000))
    tracemalloc.start()
    count = sum(1 for _ in open_rows(path, COLUMNS).rows)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert most < path.stat().st_size / 3
