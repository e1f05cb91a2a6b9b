"""A project's texts on disk: read in groups, told apart by their checksum."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from cartolearn.checksums import of_texts
from cartolearn.data import kept_texts
from cartolearn.data.kept_texts import KeptTexts, read_texts, write_texts
from cartolearn.errors import InputError

TEXTS = ["", "a", "äöü 東京 😀", "b\nc", "\0", *(f"text {i}" for i in range(40))]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptTexts:
    monkeypatch.setattr(kept_texts, "GROUP", 7)
    monkeypatch.setattr(kept_texts, "HELD", 2)
    write_texts(tmp_path / "texts.parquet", iter(TEXTS))
    return read_texts(tmp_path / "texts.parquet")


def test_they_are_those_that_were_written(kept: KeptTexts) -> None:
    assert len(kept) == len(TEXTS)
    assert list(kept) == TEXTS
    assert [kept[row] for row in (0, 44, 7, 6, -1)] == [TEXTS[row] for row in (0, 44, 7, 6, -1)]
    assert (kept[3:20], kept[::9], kept[50:]) == (TEXTS[3:20], TEXTS[::9], [])
    ids = np.array([44, 0, 13, 14, 0, 20])
    assert kept.take(ids) == [TEXTS[row] for row in ids]
    assert kept.take(ids[:0]) == []
    with pytest.raises(IndexError):
        kept[45]
    assert len(kept._held) <= 2


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=20))
def test_their_checksum_is_that_of_the_list(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.parquet"
    write_texts(path, texts)
    assert read_texts(path).sha256 == of_texts(texts)
    assert of_texts(read_texts(path)) == of_texts(texts)


@pytest.mark.parametrize(
    "table",
    [
        {"id": [0, 2], "text": ["a", "b"]},
        {"id": [0, 1], "text": ["a", None]},
        {"id": [0, 1], "text": [1, 2]},
        {"id": [0, None], "text": ["a", "b"]},
        {"number": [0, 1], "text": ["a", "b"]},
    ],
)
def test_another_file_is_refused(tmp_path: Path, table: dict[str, list[object]]) -> None:
    parquet.write_table(pa.table(table), tmp_path / "texts.parquet")
    with pytest.raises(InputError, match="restore it from a copy"):
        read_texts(tmp_path / "texts.parquet")
