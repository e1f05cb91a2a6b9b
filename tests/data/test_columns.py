"""Names of columns: found in spite of upper case and blanks, or said to be missing, with advice."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.answers import read_answers
from cartolearn.data.reading.all_columns import AllColumns
from cartolearn.data.reading.columns import columns_named
from cartolearn.data.reading.reader import open_texts, read
from cartolearn.errors import InputError


def table(path: Path, columns: Sequence[str], *rows: Sequence[Any]) -> Path:
    """Write a table in the format of its ending."""
    match path.suffix:
        case ".parquet":
            import pyarrow as pa
            import pyarrow.parquet as pq

            pq.write_table(pa.table([list(cells) for cells in zip(*rows)], names=columns), path)  # noqa: B905
        case ".xlsx":
            openpyxl = pytest.importorskip("openpyxl")
            book = openpyxl.Workbook()
            for cells in [columns, *rows]:
                book.active.append(list(cells))
            book.save(path)
        case _:
            path.write_text("".join(",".join(map(str, c)) + "\n" for c in [columns, *rows]))
    return path


def test_another_case_will_do_where_no_column_is_spelled_so() -> None:
    assert columns_named(["ID", " Text "], ["id", "text"]) == (
        ["id", "text"],
        ["column ID taken for id", "column Text taken for text"],
    )
    assert columns_named(["Text", "text"], ["text"]) == (["Text", "text"], [])
    assert columns_named(["TEXT", "Text"], ["text"]) == (["TEXT", "Text"], [])
    assert columns_named(["Text", "x"], ["Text", "text"]) == (["Text", "x"], [])


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
def test_columns_of_another_case_are_read_and_named(
    tmp_path: Path, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = table(tmp_path / f"my{ending}", ["ID", "Text ", "Label"], [7, "one", "a"])
    assert read(path, "text", None, optional=True).labels == ["a"]
    assert "column Label taken for label; column Text taken for text" in caplog.text
    assert [(a.id, a.text, a.label) for a in read_answers(path)[1]] == [("7", "one", "a")]
    given = AllColumns.of(path, "text")
    assert (given.columns, given.text) == (["ID", "Text ", "Label"], "Text ")


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx", ".jsonl"])
def test_labels_that_nobody_finds_are_said_to_be_missing(
    tmp_path: Path, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / f"my{ending}"
    if ending == ".jsonl":
        path.write_text(json.dumps({"text": "one", "labels": ["a"]}))
    else:
        table(path, ["text", "labels"], ["one", "a"])
    assert read(path, "text", None, optional=True).labels == [""]
    assert "no column is called label; --label names another: labels" in caplog.text
    caplog.clear()
    assert read(path, "text", "labels").labels == ["a"]
    assert not caplog.records


def test_a_file_without_a_header_is_told_what_to_do(tmp_path: Path) -> None:
    path = table(tmp_path / "my.csv", ["good film", "pos"], ["bad film", "neg"])
    with pytest.raises(InputError, match=r"good film, pos\. The first line has to name them"):
        open_texts(path, "text", None)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_columns_of_one_name_keep_their_own_cells(tmp_path: Path, ending: str) -> None:
    path = table(tmp_path / f"my{ending}", ["text", "note", "note", ""], ["one", "x", "y", "z"])
    given = AllColumns.of(path, "text")
    assert given.columns == ["text", "note", "note", ""]
    assert list(given.rows()) == [["one", "x", "y", "z"]]


def test_times_stay_times_and_a_class_is_a_date_as_everywhere(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    day, hour = datetime(2026, 1, 31), datetime(2026, 1, 31, 5, 0, 1)  # noqa: DTZ001
    far = pa.array([2**61, 0], pa.timestamp("us"))  # beyond the year 9999
    when = {unit: pa.array([day, hour], pa.timestamp(unit)) for unit in ("us", "ns")}
    fine = pa.array([1, 2], pa.timestamp("ns"))
    times = {"day": when["us"], "at": when["ns"], "fine": fine, "far": far}
    pq.write_table(pa.table({"text": ["a", "b"], **times}), tmp_path / "my.parquet")
    first, second = AllColumns.of(tmp_path / "my.parquet", "text").rows()
    assert (first[1:3], second[1:3]) == ([day, day], [hour, hour])
    assert first[3] == "1970-01-01 00:00:00.000000001"
    assert isinstance(first[4], str)
    table_of = read(tmp_path / "my.parquet", "text", "day")
    assert table_of.labels == ["2026-01-31", "2026-01-31 05:00:01"]
