"""Comma- or tab-separated rows, read strictly and with the line of each row known.

Python's own reader is used for it and not a faster one: pyarrow takes a quote that is never
closed for a long last field, so that a file cut short would pass.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from cartolearn.data.table import Table, place, readable
from cartolearn.errors import InputError

LONGEST_FIELD = 2**31 - 1

Row = list[str]


def read_table(path: Path, text: int, label: int, width: int, *, sep: str) -> Table:
    """Read columns ``text`` and ``label`` (from 0) of a file with a header of ``width`` names."""
    texts: list[str] = []
    labels: list[str] = []
    places: list[int] = []
    for line, row in rows(path, width, header=True, sep=sep):
        texts.append(row[text])
        labels.append(row[label])
        places.append(line)
    return Table(path, texts, labels, places)


def read_header(path: Path, sep: str = ",") -> Row:
    """Return the first row that isn't blank.

    Raises:
        InputError: the file cannot be read, or holds no row.
    """
    with readable(path), _open(path) as stream, _long_fields():
        for row in _parsed(path, stream, sep):
            if row[1]:
                return row[1]
    raise InputError(f"{path} holds no row, only blank lines")


def rows(path: Path, width: int, *, header: bool, sep: str = ",") -> Iterator[tuple[int, Row]]:
    """Yield each row with the line it begins in, blank lines and the header left out.

    Raises:
        InputError: the file cannot be read, or a row is malformed (file and line).
    """
    with readable(path), _open(path) as stream, _long_fields():
        for line, row in _parsed(path, stream, sep):
            if not row:
                continue
            if header:
                header = False
                continue
            if len(row) != width:
                raise InputError(
                    f"{place(path, line)}: malformed row: {len(row)} columns where {width} "
                    "are expected; quote a text that holds the separator"
                )
            yield line, row


def _parsed(path: Path, stream: TextIO, sep: str) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(stream, delimiter=sep, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{place(path, line)}: malformed row: {_plain(error)}") from error


def _plain(error: csv.Error) -> str:
    if "unexpected end of data" in str(error):
        return "a quote is opened and never closed; the file seems cut short"
    if "expected after" in str(error):
        return "text after a closing quote; a quote inside a quoted text is written twice"
    return str(error)


def _open(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", newline="")


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def ends_with_newline(path: Path) -> bool:
    """Whether the last line is ended; one that isn't marks an official file as cut short."""
    with readable(path), path.open("rb") as stream:
        stream.seek(-1, 2)
        return stream.read(1) in b"\r\n"
