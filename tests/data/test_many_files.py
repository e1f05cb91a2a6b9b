"""Arrow files, and folders of files that are one table."""

from pathlib import Path

import pytest

from cartolearn.commands.label import main as label
from cartolearn.data.reading.all_columns import AllColumns
from cartolearn.data.reading.folders import splits_of
from cartolearn.data.reading.reader import open_rows, read
from cartolearn.errors import InputError

ROWS = [("one", "a"), ("two", "b"), ("three", "a"), ("four", "b")]


def lines(path: Path, rows: list[tuple[str, str]], header: str = "text,label") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *map(",".join, rows)]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("form", ["file", "stream"])
@pytest.mark.parametrize("ending", ["arrow", "feather"])
def test_an_arrow_file(tmp_path: Path, form: str, ending: str) -> None:
    import pyarrow as pa

    table = pa.table({"text": [row[0] for row in ROWS], "label": [row[1] for row in ROWS]})
    path = tmp_path / f"my.{ending}"
    new = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
    with pa.OSFile(str(path), "wb") as sink, new(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=3)
    found = read(path, "text", "label")
    assert list(zip(found.texts, found.labels, strict=True)) == ROWS
    path.write_bytes(path.read_bytes()[:90])
    with pytest.raises(InputError, match="is damaged or no Arrow file"):
        read(path, "text", "label")


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_files_of_the_same_columns_are_one_table(
    tmp_path: Path, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "data"
    for number in (2, 1):
        rows = ROWS[2 * number - 2 : 2 * number]
        if ending == "csv":
            lines(folder / f"part{number}.csv", rows)
        else:
            folder.mkdir(exist_ok=True)
            objects = "".join(f'{{"text": "{t}", "label": "{c}"}}\n' for t, c in rows)
            (folder / f"part{number}.jsonl").write_text(objects)
    (folder / "README.md").write_text("about")
    (folder / f".hidden.{ending}").write_text("x")
    table = read(folder, "text", "label")
    assert list(zip(table.texts, table.labels, strict=True)) == ROWS
    assert f"read as one table of 2 files, part1.{ending} first" in caplog.text
    line = 2 if ending == "csv" else 1
    assert table.where(2) == f"{folder / f'part2.{ending}'}, line {line}"
    assert [row[0] for row in AllColumns.of(folder, "text").rows()] == [row[0] for row in ROWS]
    assert label(["init", str(folder), "--out", str(tmp_path / "p"), "embedding=tfidf_svd"]) == 0
    assert label(["export", str(tmp_path / "p")]) == 0


def test_a_bad_row_is_named_with_its_file(tmp_path: Path) -> None:
    lines(tmp_path / "1.csv", ROWS[:2])
    lines(tmp_path / "2.csv", [("x", "a"), ("y", "b", "c")])  # type: ignore[list-item]
    with pytest.raises(InputError, match=r"2\.csv, line 3: malformed row: 3 columns"):
        read(tmp_path, "text", "label")
    lines(tmp_path / "2.csv", [("x", "a")], "body,label")
    with pytest.raises(InputError, match=r"2\.csv has other columns than 1\.csv: body, label"):
        list(open_rows(tmp_path, ["text"]).rows)


def test_splits_are_told_by_names(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("train-0-of-2", "train-1-of-2", "test-0-of-1", "unsupervised"):
        lines(tmp_path / f"{name}.csv", [(name, "a")])
    assert read(tmp_path, "text", "label").texts == ["train-0-of-2", "train-1-of-2"]
    assert "split train (others: test, unsupervised)" in caplog.text
    assert list(splits_of(tmp_path)) == ["test", "train", "unsupervised"]
    lines(tmp_path / "other" / "latest.csv", [("x", "a")])
    lines(tmp_path / "other" / "monday.csv", [("y", "a")])
    assert read(tmp_path / "other", "text", "label").texts == ["x", "y"]


def test_a_folder_of_several_kinds_is_refused(tmp_path: Path) -> None:
    lines(tmp_path / "1.csv", ROWS)
    (tmp_path / "2.jsonl").write_text('{"text": "a"}\n')
    with pytest.raises(InputError, match="a folder without tables of one kind"):
        read(tmp_path, "text", "label")
