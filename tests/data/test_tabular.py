"""The user's own files, in every format, as they should be."""

import csv
import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartolearn.data.canonical import canonical_name, canonical_text
from cartolearn.data.tabular import Tabular
from tests.data.writing import (
    PAIRS,
    Pairs,
    pairs_of,
    write_delimited,
    write_jsonlines,
    write_pairs,
    write_parquet,
)

ENDINGS = [".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"]


@pytest.mark.parametrize("ending", [*ENDINGS, ".CSV"])
def test_rows_come_back_as_written(tmp_path: Path, ending: str) -> None:
    data = Tabular(str(write_pairs(tmp_path / f"my{ending}", PAIRS))).load()
    assert pairs_of(data) == PAIRS
    assert data.label_names == ("art", "law", "sport")
    assert data.name == "csv"
    assert len(data.test_ids) == 1


def test_other_columns_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "my.csv"
    path.write_text("id,topic,id,body\n1,x,2,first\n3,y,4,second\n5,x,6,third\n7,y,8,last\n")
    data = Tabular(str(path), text="body", label="topic").load()
    assert pairs_of(data) == [("first", "x"), ("second", "y"), ("third", "x"), ("last", "y")]


def test_a_test_file_of_another_format(tmp_path: Path) -> None:
    train = write_pairs(tmp_path / "train.csv", PAIRS)
    test = write_pairs(tmp_path / "test.jsonl", PAIRS[:2])
    data = Tabular(str(train), test=str(test)).load()
    assert pairs_of(data) == PAIRS + PAIRS[:2]
    assert data.train_ids.tolist() == [0, 1, 2, 3, 4, 5]
    assert data.test_ids.tolist() == [6, 7]


def test_the_held_out_share_and_its_seed(tmp_path: Path) -> None:
    path = str(write_pairs(tmp_path / "my.csv", PAIRS * 20))
    first, again, other = (Tabular(path, test_share=0.3, split_seed=s).load() for s in (5, 5, 6))
    assert len(first.test_ids) == 36
    assert first.test_ids.tolist() == again.test_ids.tolist() != other.test_ids.tolist()


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_other_line_ends(tmp_path: Path, ending: str, end: str) -> None:
    pairs = [("one", "a"), ("two", "b"), ("three", "a"), ("four", "b")]
    path = write_pairs(tmp_path / f"my{ending}", pairs)
    data = path.read_bytes().replace(b"\r\n", b"\n")
    path.write_bytes(data.replace(b"\n", end.encode()))
    assert pairs_of(Tabular(str(path)).load()) == pairs


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl"])
def test_a_byte_order_mark_and_blank_lines(tmp_path: Path, ending: str) -> None:
    path = write_pairs(tmp_path / f"my{ending}", PAIRS)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"\n\n")
    assert pairs_of(Tabular(str(path)).load()) == PAIRS


@pytest.mark.parametrize("ending", ENDINGS)
def test_names_with_spaces_and_letters_of_any_alphabet(tmp_path: Path, ending: str) -> None:
    path = write_pairs(tmp_path / f"möin daten = 日本{ending}", PAIRS)
    assert pairs_of(Tabular(str(path)).load()) == PAIRS


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_nul_byte_survives(tmp_path: Path, ending: str) -> None:
    pairs = [*PAIRS, ("a\0b", "art")]
    assert pairs_of(Tabular(str(write_pairs(tmp_path / f"my{ending}", pairs))).load()) == pairs


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_a_line_of_twenty_megabytes(tmp_path: Path, ending: str) -> None:
    pairs = [*PAIRS, ("x" * 20_000_000, "art")]
    data = Tabular(str(write_pairs(tmp_path / f"my{ending}", pairs))).load()
    assert data.texts == [text for text, _ in pairs]


def test_the_limit_of_the_csv_module_is_left_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    Tabular(str(write_pairs(tmp_path / "my.csv", PAIRS))).load()
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_ten_thousand_classes(tmp_path: Path, ending: str) -> None:
    pairs = [(f"text {i}", f"{i % 10_000}") for i in range(20_000)]
    data = Tabular(str(write_pairs(tmp_path / f"my{ending}", pairs)), test_share=0.1).load()
    assert data.label_names[:3] == ("0", "1", "2")
    assert data.labels.tolist() == [i % 10_000 for i in range(20_000)]
    assert len(np.unique(data.labels[data.train_ids])) == 10_000


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ([10, 9, -1], ("-1", "9", "10")),
        ([True, False, True], ("false", "true")),
        ([1.0, 2.5, 1e300], ("1", "1e+300", "2.5")),
        (["1", 1, 1.0, 2], ("1", "2")),
    ],
)
def test_labels_of_any_scalar_type_in_json(
    tmp_path: Path, labels: list[Any], names: tuple[str, ...]
) -> None:
    path = write_jsonlines(tmp_path / "my.jsonl", [(f"t{i}", x) for i, x in enumerate(labels * 3)])
    assert Tabular(str(path)).load().label_names == names


DAYS = [datetime.date(2026, 1, 2), datetime.date(2025, 1, 2)]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (np.array([10, 9], dtype=np.int8), ("9", "10")),
        (np.array([2**63, 5], dtype=np.uint64), ("5", "9223372036854775808")),
        (np.array([1.0, 2.5]), ("1", "2.5")),
        (np.array([0.1, 2.5], dtype=np.float32), ("0.10000000149011612", "2.5")),
        ([True, False], ("false", "true")),
        (DAYS, ("2025-01-02", "2026-01-02")),
        (np.array([1, 2], dtype="datetime64[ns]"), None),
        ([decimal.Decimal("1.50"), decimal.Decimal("2.25")], ("1.50", "2.25")),
    ],
)
def test_labels_of_any_scalar_type_in_parquet(
    tmp_path: Path, labels: Any, names: tuple[str, ...] | None
) -> None:
    path = write_parquet(tmp_path / "my.parquet", list("abcdef"), [*labels] * 3)
    found = Tabular(str(path)).load().label_names
    assert found == names or (names is None and len(found) == 2)


def test_categories_and_large_strings_in_parquet(tmp_path: Path) -> None:
    import pyarrow as pa

    labels = pa.array(["b", "a", "b", "a"]).dictionary_encode()
    texts = pa.array(list("wxyz"), pa.large_string())
    data = Tabular(str(write_parquet(tmp_path / "my.parquet", texts, labels))).load()
    assert pairs_of(data) == [("w", "b"), ("x", "a"), ("y", "b"), ("z", "a")]


@pytest.mark.parametrize("ending", ENDINGS)
def test_empty_texts_can_be_kept(tmp_path: Path, ending: str) -> None:
    path = write_pairs(tmp_path / f"my{ending}", [*PAIRS, ("", "art"), (" \n", "law")])
    data = Tabular(str(path), empty_texts="keep").load()
    assert data.texts[-2:] == ["", " \n"]


# Any text that can be written as UTF-8, line ends and quotes among it.
anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
filled = anything.filter(lambda text: (canonical_text(text) or "").strip() != "")
named = anything.filter(canonical_name)


@st.composite
def tables(draw: st.DrawFn) -> Pairs:
    first, second = draw(st.lists(named, min_size=2, max_size=2, unique_by=canonical_name))
    known = [(draw(filled), first), (draw(filled), second)]
    return known * 2 + draw(st.lists(st.tuples(filled, st.sampled_from([first, second]))))


@pytest.mark.parametrize("ending", ENDINGS)
def test_any_table_comes_back_in_its_one_spelling(
    tmp_path_factory: pytest.TempPathFactory, ending: str
) -> None:
    path = tmp_path_factory.mktemp("any") / f"my{ending}"

    @settings(max_examples=40, deadline=None)
    @given(tables())
    def check(pairs: Pairs) -> None:
        data = Tabular(str(write_pairs(path, pairs)), test_share=0.4).load()
        assert pairs_of(data) == [(canonical_text(t), canonical_name(n)) for t, n in pairs]
        assert sorted([*data.train_ids, *data.test_ids]) == list(range(len(pairs)))
        assert set(data.labels[data.train_ids]) == {0, 1}

    check()


def test_unescaped_json_comes_back_equal(tmp_path: Path) -> None:
    rows = [{"text": f"{text}\u2028\x85", "label": label} for text, label in PAIRS]
    path = tmp_path / "my.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert Tabular(str(path)).load().texts == [row["text"] for row in rows]


def test_crlf_within_a_text_is_kept(tmp_path: Path) -> None:
    pairs = [("one\r\ntwo", "a"), ("x\ry", "b"), ("z", "a")]
    assert pairs_of(Tabular(str(write_delimited(tmp_path / "my.csv", pairs))).load()) == pairs
