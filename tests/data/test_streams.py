"""Parquet files of several blocks, and files that are taken in twice."""

from pathlib import Path

import pytest
from pyarrow import parquet

from cartolearn.data.writing import arrow_files
from cartolearn.data.writing.arrow_files import write_parquet
from cartolearn.data.writing.sheet import Sheet
from cartolearn.errors import InputError
from cartolearn.label.files.intake import take_in

ROWS: list[list[object]] = [
    [i, i if i < 6 else i / 2, None if i < 9 else "x", "a" if i % 2 else i, "", i == 3]
    for i in range(11)
]


@pytest.mark.parametrize("block", [2, 3, 11, 100])
def test_blocks_have_the_types_of_all_rows(
    tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = ["whole", "half", "late", "mixed", "empty", "truth"]
    write_parquet(tmp_path / "whole.parquet", Sheet(columns, ROWS))
    monkeypatch.setattr(arrow_files, "BLOCK", block)
    write_parquet(tmp_path / "parts.parquet", Sheet(columns, iter(ROWS)))
    whole, parts = (parquet.read_table(tmp_path / f"{name}.parquet") for name in ("whole", "parts"))
    assert parts.schema.names == columns
    assert parts.schema.types == whole.schema.types
    assert parts.to_pydict() == whole.to_pydict()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parts.parquet", "whole.parquet"]


def test_a_file_that_changes_between_the_two_readings_is_told(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("text\na\nb\na\n")
    taken = take_in(path, "text", None, [], drop_empty=False)
    assert (list(taken.texts), taken.twice, taken.sample) == (["a", "b", "a"], 1, ["a", "b", "a"])
    path.write_text("text\na\n")
    with pytest.raises(InputError, match="was changed while it was read"):
        list(taken.texts)


def test_the_sample_is_drawn_from_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("text\n" + "".join(f"t{i}\n" for i in range(2000)))
    sample = take_in(path, "text", None, [], drop_empty=False).sample
    places = [int(text[1:]) for text in sample]
    assert len(set(places)) == 400
    assert 850 < sum(places) / 400 < 1150
