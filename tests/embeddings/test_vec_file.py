import gzip
from pathlib import Path

import numpy as np
import pytest

from cartolearn.embeddings.vec_file import read_vec
from cartolearn.errors import InputError
from tests.embeddings.small import VECTORS, vec_text, write_vec

WORDS = ["the", "The", "Cat", "CAT", "zyx", "mat"]


@pytest.mark.parametrize("name", ["own.vec", "own.vec.gz"])
def test_a_word_has_its_own_vector_or_that_of_its_lower_cased_form(
    tmp_path: Path, name: str
) -> None:
    table = read_vec(write_vec(tmp_path / name), WORDS, None)
    forms = ["the", "the", "Cat", "cat", None, "mat"]
    for word, row, form in zip(WORDS, table.rows, forms, strict=True):
        if form is None:
            assert row == -1, word
        else:
            assert table.vectors[row].tolist() == VECTORS[form], word
    assert table.vectors.dtype == np.float32


def test_only_wanted_words_are_kept(tmp_path: Path) -> None:
    table = read_vec(write_vec(tmp_path / "own.vec"), ["mat"], 3)
    assert table.vectors.tolist() == [VECTORS["mat"]]


def test_the_first_of_several_lines_counts(tmp_path: Path) -> None:
    path = write_vec(tmp_path / "own.vec", "3 2\na 1 2\na 3 4\nb 5 6\n")
    table = read_vec(path, ["b", "a"], None)
    assert table.vectors[table.rows].tolist() == [[5, 6], [1, 2]]


def test_trailing_spaces_blank_end_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = write_vec(tmp_path / "own.vec", "2 2\r\na 1e-1 -2 \r\nb 3 4 \r\n\n")
    assert read_vec(path, ["a"], None).vectors.tolist() == [[np.float32(0.1), -2]]


def test_odd_bytes_in_unwanted_words_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "own.vec"
    path.write_bytes(b"3 2\n" + b"\xff\xfe\xc3 1 2\n" + "é 3 4\nnaïve 5 6\n".encode())
    table = read_vec(path, ["naïve", "É"], None)
    assert table.vectors[table.rows].tolist() == [[5, 6], [3, 4]]


BROKEN = {
    "no header": ("the 1 2 3\ncat 1 2 3\n", "line 1: expected the header"),
    "empty file": ("", "line 1: expected the header .* found an empty line"),
    "header of words": ("rows dims\nthe 1 2\n", "line 1: expected the header"),
    "header of zeros": ("0 0\n", "line 1: .* must hold positive"),
    "header with too many rows": ("3 2\nthe 1 2\ncat 1 2\n", "says 3 rows, but 2 follow"),
    "header with too few rows": ("1 2\nthe 1 2\ncat 1 2\n", "says 1 rows, but 2 follow"),
    "header with another width": ("2 3\nx 1 2\nthe 1 2\n", "line 3: 2 values, but .* says 3"),
    "too many values": ("2 2\nthe 1 2\ncat 1 2 3\n", "line 3: 3 values, but .* says 2"),
    "cut line": ("2 2\nthe 1 2\ncat 1", "line 3: 1 values, but .* says 2"),
    "not a number": ("2 2\nthe 1 2\ncat 1 zwei\n", "line 3: a value is not a number .*zwei"),
    "nan": ("2 2\nthe 1 2\ncat 1 nan\n", "line 3: a value is not a finite number"),
    "infinite": ("2 2\nthe inf 2\ncat 1 2\n", "line 2: a value is not a finite number"),
    "too large for float32": ("2 2\nthe 1 2\ncat 1e39 0\n", "line 3: a value is not a finite"),
    "foreign words": ("2 2\nder 1 2\ndie 1 2\n", "none of the .* words of the texts"),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("name", ["own.vec", "own.vec.gz"])
@pytest.mark.filterwarnings("error")
def test_a_broken_file_is_told_with_its_line(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    path = write_vec(tmp_path / name, text)
    with pytest.raises(InputError, match=message) as error:
        read_vec(path, ["the", "cat"], None)
    assert str(path) in str(error.value)


def test_a_broken_line_of_an_unwanted_word_does_no_harm(tmp_path: Path) -> None:
    path = write_vec(tmp_path / "own.vec", "3 2\nx 1\nthe 1 2\ny nan zwei\n")
    assert read_vec(path, ["the"], None).vectors.tolist() == [[1, 2]]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.vec: cannot read .*No such file"):
        read_vec(tmp_path / "none.vec", ["the"], None)


def test_a_file_that_is_not_gzip(tmp_path: Path) -> None:
    path = tmp_path / "own.vec.gz"
    path.write_text(vec_text())
    with pytest.raises(InputError, match=r"after line 0: not a gzip file"):
        read_vec(path, ["the"], None)


def large_gzip(path: Path) -> bytes:
    generator = np.random.default_rng(0)
    values = {f"w{n}": generator.normal(size=20).tolist() for n in range(3000)}
    return write_vec(path, vec_text(values)).read_bytes()


def test_a_gzip_file_that_is_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "own.vec.gz"
    content = large_gzip(path)
    for size in (10, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:size])
        with pytest.raises(InputError, match=r"after line \d+: .* cut short or damaged"):
            read_vec(path, ["w1"], None)


def test_a_gzip_file_that_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "own.vec.gz"
    content = large_gzip(path)
    half = len(content) // 2
    path.write_bytes(content[:half] + bytes(200) + content[half + 200 :])
    with pytest.raises(InputError, match=r"after line \d+: "):
        read_vec(path, ["w1"], None)


def test_a_text_file_that_is_gzip_inside(tmp_path: Path) -> None:
    path = tmp_path / "own.vec"
    path.write_bytes(gzip.compress(vec_text().encode()))
    with pytest.raises(InputError, match="line 1: expected the header"):
        read_vec(path, ["the"], None)


def test_another_dimension_than_asked(tmp_path: Path) -> None:
    path = write_vec(tmp_path / "own.vec")
    with pytest.raises(InputError, match=r"3 dimensions, but embedding\.dimensions=300"):
        read_vec(path, ["the"], 300)


def test_a_utf_16_file(tmp_path: Path) -> None:
    path = tmp_path / "own.vec"
    path.write_bytes(vec_text().encode("utf-16"))
    with pytest.raises(InputError, match="line 1: expected the header"):
        read_vec(path, ["the"], None)
