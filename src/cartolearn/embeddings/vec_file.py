"""Word vectors in fastText's text format, ``.vec`` or ``.vec.gz``.

A header line ``rows dimensions``, then a line ``word v1 ... vd`` for each word.
"""

import gzip
import io
import zlib
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cartolearn.embeddings.pooling import TokenVectors
from cartolearn.embeddings.progress import progress_bar
from cartolearn.errors import InputError

LONGEST_LINE = 1 << 20


def read_vec(path: Path, words: Sequence[str], dimensions: int | None) -> TokenVectors:
    """Return the vectors of ``words`` [V]: a word's own, else that of its lower-cased form.

    The file is streamed and only lines of wanted words are parsed and kept. Words are compared
    as bytes, so odd bytes in other words do no harm; of a word's several lines the first counts.

    Raises:
        InputError: The file is missing or damaged, its header is absent or wrong, a wanted line
            is broken, ``dimensions`` differ, or none of the words is in it.
    """
    wanted = {word.encode(errors="replace") for word in words}
    wanted |= {word.lower().encode(errors="replace") for word in words}
    found, vectors = _read_wanted(path, wanted, dimensions)
    numbers = {word.decode(): row for row, word in enumerate(found)}
    rows = [numbers.get(word, numbers.get(word.lower(), -1)) for word in words]
    return TokenVectors(np.array(rows, dtype=np.int64), vectors)


def _read_wanted(
    path: Path, wanted: set[bytes], dimensions: int | None
) -> tuple[dict[bytes, int], NDArray[np.float32]]:
    """Return the line number of each wanted word found, and their vectors in the same order."""
    found: dict[bytes, int] = {}
    vectors: list[NDArray[np.float32]] = []
    rows = 0
    with closing(_lines(path)) as lines, np.errstate(over="ignore"):
        expected, width = _header(path, next(lines, b""), dimensions)
        for number, line in enumerate(lines, 2):
            word, space, values = line.partition(b" ")
            rows += bool(space)
            if word in wanted and word not in found:
                vectors.append(_parse(values, width, f"{path}, line {number}"))
                found[word] = number
    _check_rows(path, rows, expected)
    if not found:
        raise InputError(
            f"{path}: none of the {len(wanted):,} words of the texts is in this file. "
            "Choose word vectors in the language of the texts with embedding.path."
        )
    return found, _finite(path, np.stack(vectors), list(found.values()))


def _lines(path: Path) -> Generator[bytes]:
    """Return the lines of a plain or gzipped file; trouble in reading names the line reached."""
    number = 0
    try:
        with path.open("rb") as raw, progress_bar(f"Reading {path.name}", _size(path)) as advance:
            plain = path.suffix != ".gz"
            file = raw if plain else io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 20)
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
                if number % 4096 == 0:
                    advance(raw.tell())
                yield line
    except gzip.BadGzipFile as error:
        raise InputError(f"{path}, after line {number}: not a gzip file ({error}).") from error
    except (EOFError, zlib.error) as error:
        raise InputError(
            f"{path}, after line {number}: the gzip file is cut short or damaged ({error}). "
            "Download it again."
        ) from error
    except OSError as error:
        raise InputError(
            f"{path}: cannot read the word vectors: {error.strerror or error}."
        ) from error


def _header(path: Path, line: bytes, dimensions: int | None) -> tuple[int, int]:
    try:
        rows, width = map(int, line.split())
    except ValueError:
        raise InputError(
            f"{path}, line 1: expected the header 'rows dimensions' of fastText's text format, "
            f"found {_shown(line)}."
        ) from None
    if rows < 1 or width < 1:
        raise InputError(f"{path}, line 1: the header {_shown(line)} must hold positive numbers.")
    check_dimensions(path, width, dimensions)
    return rows, width


def check_dimensions(path: Path, found: int, asked: int | None) -> None:
    """Raise ``InputError`` if the user asked for another dimension than the file's."""
    if asked is not None and asked != found:
        raise InputError(
            f"{path}: the vectors have {found} dimensions, but embedding.dimensions={asked}. "
            "Choose another file with embedding.path, or set embedding.dimensions=null."
        )


def _parse(values: bytes, width: int, place: str) -> NDArray[np.float32]:
    fields = values.split()
    if len(fields) != width:
        raise InputError(f"{place}: {len(fields)} values, but the header (line 1) says {width}.")
    try:
        return np.array(list(map(float, fields)), dtype=np.float32)
    except ValueError as error:
        raise InputError(f"{place}: a value is not a number ({error}).") from None


def _check_rows(path: Path, rows: int, expected: int) -> None:
    if rows != expected:
        raise InputError(
            f"{path}: the header (line 1) says {expected:,} rows, but {rows:,} follow. The file "
            "is cut short (download it again) or its header is wrong (correct the first number)."
        )


def _finite(path: Path, vectors: NDArray[np.float32], lines: list[int]) -> NDArray[np.float32]:
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(broken):
        raise InputError(f"{path}, line {lines[broken[0]]}: a value is not a finite number.")
    return vectors


def _size(path: Path) -> int:
    return path.stat().st_size


def _shown(line: bytes) -> str:
    text = line[:60].decode(errors="replace").strip()
    return repr(text + ("..." if len(line) > 60 else "")) if text else "an empty line"
