"""Workbooks, Parquet with class names, and folders of Hugging Face datasets."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.reading.reader import read
from cartolearn.errors import InputError

COLUMNS = ("text", "label")


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


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


def test_class_names_in_lists(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    named = {"names": ["no", "yes"], "_type": "ClassLabel"}
    for feature in ({"feature": named, "_type": "Sequence"}, {"feature": named, "_type": "List"},
                    [named]):  # fmt: skip
        told = json.dumps({"info": {"features": {"label": feature}}})
        rows = pa.table({"text": ["a", "b", "c"], "label": [[1], [], [0]]})
        pq.write_table(rows.replace_schema_metadata({"huggingface": told}), tmp_path / "my.parquet")
        table = read(tmp_path / "my.parquet", *COLUMNS, optional=True)
        assert table.labels == ["yes", "", "no"]


def test_the_sheet_in_sight_that_has_the_columns_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    rows: list[list[Any]] = [["text", "label"], ["one", "a"]]
    sheets = {"notes": [["read me"]], "hidden": rows, "data": [["Text", "label"], ["two", "b"]]}
    path = workbook(tmp_path / "my.xlsx", sheets)
    book = openpyxl.load_workbook(path)
    book["hidden"].sheet_state = "hidden"
    book.save(path)
    assert read(path, *COLUMNS).texts == ["two"]
    assert "sheet 'data' of 3; column Text taken for text" in caplog.text


def test_merged_cells_are_the_label_of_each_of_their_rows(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    rows: list[list[Any]] = [["text", "label"], ["one", "a"], ["two"], ["three"], ["four", "b"]]
    path = workbook(tmp_path / "my.xlsx", {"data": rows})
    book = openpyxl.load_workbook(path)
    for merged in ("B2:B4", "D1:D9", "A7:B8"):
        book.active.merge_cells(merged)
    book.save(path)
    assert read(path, *COLUMNS).labels == ["a", "a", "a", "b"]
    assert "2 merged cell(s) taken for each of their rows" in caplog.text
