"""Comma- or tab-separated rows, read strictly and with the line of each row known.

Python's own reader is used for it and not a faster one: pyarrow takes a quote that is never
closed for a long last field, so that a file cut short would pass.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from cartolearn.data.table import place, readable
from cartolearn.errors import InputError

LONGEST_FIELD = 2**31 - 1

Row = list[str]


def rows(path: Path, width: int, *, header: bool, sep: str = ",") -> Iterator[tuple[int, Row]]:
    """Yield each row with the line it begins in, blank lines and the header left out.

    Raises:
        InputError: The file cannot be read, or a row is malformed (file and line).
    """
    with readable(path), _open(path) as stream, long_fields():
        for line, row in parsed(path, stream, sep):
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


def parsed(
    path: Path, lines: Iterable[str], sep: str, *, spaced: bool = False
) -> Iterator[tuple[int, Row]]:
    """Yield each row with the line it begins in; blank lines give empty rows.

    With ``spaced``, blanks after separators are left out.

    Raises:
        InputError: A quote is not closed, or closed within a cell (file and line).
    """
    reader = csv.reader(lines, delimiter=sep, strict=True, skipinitialspace=spaced)
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
def long_fields() -> Iterator[None]:
    """Let a cell have any length inside the block."""
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def ends_with_newline(path: Path) -> bool:
    """Tell whether the last line is ended; one that isn't marks an official file as cut short."""
    with readable(path), path.open("rb") as stream:
        stream.seek(-1, 2)
        return stream.read(1) in b"\r\n"
