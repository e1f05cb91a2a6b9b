"""The user's own files, as they should not be: always an InputError, with the place."""

import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cartolearn.data.tabular import Tabular
from cartolearn.errors import InputError
from tests.data.writing import (
    PAIRS,
    write_delimited,
    write_jsonlines,
    write_pairs,
    write_parquet,
)

GOOD = b'text,label\none,a\n"two\r\nlines",b\nthree,a\n'  # the next row is in line 6


def message_of(path: Path, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        Tabular(str(path), **options).load()
    return str(caught.value)


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b",a\n", "my.csv, line 6: the text is empty"),
        (b'" \n\t",a\n', "line 6: the text is empty"),
        (b"four,\n", "line 6: the label is missing"),
        (b"four, \nfive,\n", "line 6: the label is missing (and 1 more such row(s))"),
        (b"four\n", "line 6: malformed row: 1 columns where 2 are expected"),
        (b"\n\nfour,a,b\n", "line 8: malformed row: 3 columns where 2 are expected"),
        (b'"four\n,a\nfive,b\n', "line 6: malformed row: a quote is opened and never closed"),
        (b'"four",a\n"fi"ve,b\n', "line 7: malformed row: text after a closing quote"),
        ("vié,a\n".encode() + b"caf\xe9,b\n", "line 7: not UTF-8 text (byte 0xe9)"),
        ("vié,a\r\r".encode() + b"caf\xe9,b\n", "line 8: not UTF-8 text (byte 0xe9)"),
    ],
)
def test_bad_csv_rows_are_named(tmp_path: Path, bad: bytes, message: str) -> None:
    assert message in message_of(write(tmp_path / "my.csv", GOOD + bad))


def test_a_bad_byte_deep_in_a_long_file(tmp_path: Path) -> None:
    rows = [b"text,label\n", *["eins für,a\n".encode(), b"two,b\n"] * 100_000]
    rows[123_456] = b"tw\xff,b\n"
    assert "line 123457: not UTF-8" in message_of(write(tmp_path / "my.csv", b"".join(rows)))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b'{"text": "x", "label": "a"', "my.jsonl, line 3: malformed row: Expecting"),
        (b"\n\n[1, 2]\n", "line 5: malformed row: not a JSON object"),
        (b"[" * 100_000 + b"\n", "line 3: malformed row"),
        (b'{"text": "x", "label": ' + b"1" * 5000 + b"}\n", "line 3: malformed row"),
        (b'{"text": "x"}\n', "line 3 has no column 'label'. It has: text"),
        (b'{"txt": "x", "label": 1}\n', "line 3 has no column 'text'. Did you mean 'txt'?"),
        (b'{"text": null, "label": 1}\n', "line 3: the text is empty"),
        (b'{"text": [12], "label": 1}\n', "line 3: 'text' is not text but [12]"),
        (b'{"text": "x", "label": null}\n', "line 3: the label is missing"),
        (b'{"text": "x", "label": NaN}\n', "line 3: the label is missing"),
        (b'{"text": "x", "label": ["a", "b"]}\n', "line 3: 'label' is not one label but ['a'"),
        (b'{"text": "x\\ud83d", "label": 1}\n', "line 3: the text holds half of a surrogate pair"),
        (b'{"text": "x", "label": "\\ud83d"}\n', "line 3: the label holds half"),
        ('{"text": "vié", "label": 1}\n'.encode() + b'{"text": "caf\xe9"}', "line 4: not UTF-8"),
    ],
)
def test_bad_json_rows_are_named(tmp_path: Path, bad: bytes, message: str) -> None:
    path = write_jsonlines(tmp_path / "my.jsonl", [("one", "a"), ("two", "b")])
    assert message in message_of(write(path, path.read_bytes() + bad))


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["x", None, "y"], ["a", "b", "a"], "my.parquet, row 2: the text is empty"),
        (["x", "y", ""], ["a", "b", "a"], "row 3: the text is empty"),
        ([None, None], ["a", "b"], "row 1: the text is empty (and 1 more such row(s))"),
        (["x", "y"], ["a", None], "row 2: the label is missing"),
        (["x", "y"], np.array([1.0, np.nan]), "row 2: the label is missing"),
        ([b"\xff", b"y"], ["a", "b"], r"row 1: 'text' is not text but b'\xff'"),
        (["x", "y"], [["a"], ["b", "c"]], "row 2: 'label' is not one label but ['b', 'c']"),
        (["x", "y"], [{"a": 1}, {"a": 2}], "row 1: 'label' is not one label but {'a': 1}"),
    ],
)
def test_bad_parquet_rows_are_named(tmp_path: Path, texts: Any, labels: Any, message: str) -> None:
    assert message in message_of(write_parquet(tmp_path / "my.parquet", texts, labels))


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_an_unknown_column_and_the_nearest_name(tmp_path: Path, ending: str) -> None:
    path = write_pairs(tmp_path / f"my{ending}", PAIRS)
    assert "has no column 'labels'. Did you mean 'label'?" in message_of(path, label="labels")
    assert "has no column 'zzz'. It has: text, label" in message_of(path, text="zzz")


def test_two_columns_of_the_same_name(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = write(tmp_path / "my.csv", b"text,label,label\none,a,b\n")
    assert "2 columns are called 'label'; rename all but one" in message_of(path)
    path = tmp_path / "my.parquet"
    pq.write_table(pa.table([["x"], ["y"], ["z"]], names=["text", "text", "label"]), path)
    assert "2 columns are called 'text'" in message_of(path)


def test_text_and_label_of_one_column(tmp_path: Path) -> None:
    path = write_pairs(tmp_path / "my.csv", PAIRS)
    assert "are both 'text'" in message_of(path, label="text")


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_files_that_are_not_there_or_empty(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"my{ending}"
    assert message_of(path) == f"there is no file {path}"
    path.touch()
    assert f"{path} is empty" in message_of(path)
    path.unlink()
    path.mkdir()
    assert f"cannot read {path}" in message_of(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_a_file_that_may_not_be_read(tmp_path: Path, ending: str) -> None:
    path = write_pairs(tmp_path / f"my{ending}", PAIRS)
    path.chmod(0)
    assert f"cannot read {path}" in message_of(path)


@pytest.mark.parametrize("data", [b"\n\n\r\n", b"\xef\xbb\xbf\n"])
def test_nothing_but_blank_lines(tmp_path: Path, data: bytes) -> None:
    assert "holds no row" in message_of(write(tmp_path / "my.csv", data))
    assert "holds no labelled text" in message_of(write(tmp_path / "my.jsonl", b"\n\n"))


def test_a_header_and_no_row(tmp_path: Path) -> None:
    assert "holds no labelled text" in message_of(write(tmp_path / "my.csv", b"text,label\n"))
    assert "holds no labelled text" in message_of(write_parquet(tmp_path / "m.parquet", [], []))


def test_an_unknown_ending(tmp_path: Path) -> None:
    message = message_of(write(tmp_path / "my.table", b"PK"))
    assert "its format is told by its ending, one of .csv, .tsv, .txt, .jsonl" in message


def test_fewer_than_two_classes(tmp_path: Path) -> None:
    path = write_delimited(tmp_path / "my.csv", [("one", "a"), ("two", "a")])
    assert "at least two classes are needed, but every label is 'a'" in message_of(path)
    test = write_delimited(tmp_path / "test.csv", PAIRS)
    assert "at least two classes" in message_of(path, test=str(test))


def test_a_test_label_that_train_lacks(tmp_path: Path) -> None:
    train = write_delimited(tmp_path / "my.csv", PAIRS)
    test = write_delimited(tmp_path / "test.csv", [*PAIRS[:2], ("new", "music")])
    message = message_of(train, test=str(test))
    # The second text goes over two lines.
    assert "test.csv, line 5: 1 label(s) of the test rows never occur" in message
    assert message.endswith("my.csv: 'music'")


def test_an_index_beyond_its_dictionary(tmp_path: Path) -> None:
    import pyarrow as pa

    indices, names = pa.array([0, 1, 7, 0], pa.int32()), pa.array(["a", "b"])
    labels = pa.DictionaryArray.from_arrays(indices, names, safe=False)
    table = pa.table({"text": pa.array(["x", "y", "z", "w"]), "label": labels})
    with pa.ipc.new_file(tmp_path / "t.arrow", table.schema) as file:
        file.write_table(table)
    assert "t.arrow is damaged or no Arrow file: In column 1" in message_of(tmp_path / "t.arrow")


def test_parquet_cut_short_or_something_else(tmp_path: Path) -> None:
    path = write_pairs(tmp_path / "my.parquet", PAIRS)
    whole = path.read_bytes()
    for data in (whole[: len(whole) // 2], whole[:-1], b"text,label\none,a\n", b"PAR1PAR1"):
        assert "no Parquet file" in message_of(write(path, data))


@pytest.mark.parametrize("size", [20, 40, 60, 80])
def test_a_quoted_csv_cut_within_a_row(tmp_path: Path, size: int) -> None:
    data = b'"text","label"\n' + b'"some text","a"\n"another text","b"\n' * 3
    message = message_of(write(tmp_path / "my.csv", data[:size]))
    assert "malformed row" in message


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Change, drop or insert one to four bytes, line ends and quotes more often than others."""
    result = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        spot = rng.randrange(len(result))
        byte = rng.choice([*b'",\n\r\0\xff\xef', rng.randrange(256)])
        match rng.randrange(3):
            case 0:
                result[spot] = byte
            case 1:
                del result[spot]
            case _:
                result.insert(spot, byte)
    return bytes(result)


def outcome(path: Path) -> str:
    try:
        data = Tabular(str(path)).load()
    except InputError as error:
        return "names the file" if str(path) in str(error) else str(error)
    whole = len(data.texts) == len(data.labels) == len(data.train_ids) + len(data.test_ids)
    return "loads" if whole else "rows are lost"


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl"])
def test_any_damage_loads_or_is_an_input_error(tmp_path: Path, ending: str) -> None:
    rng = random.Random(0)  # noqa: S311
    path = write_pairs(tmp_path / f"my{ending}", PAIRS * 2)
    whole = path.read_bytes()
    outcomes = set()
    for _ in range(300):
        write(path, mutated(whole, rng))
        outcomes.add(outcome(path))
    assert outcomes == {"loads", "names the file"}
