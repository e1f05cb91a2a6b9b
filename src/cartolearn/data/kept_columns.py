"""The user's other columns, kept beside a project's texts so that they come back in an export."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cartolearn.data.canonical import canonical_text
from cartolearn.data.reading.all_columns import AllColumns
from cartolearn.data.reading.arrow_files import open_files, rows_in
from cartolearn.data.reading.columns import place_named
from cartolearn.data.reading.rows import Row
from cartolearn.data.writing.arrow_files import write_parquet
from cartolearn.data.writing.sheet import Sheet
from cartolearn.errors import InputError
from cartolearn.files import atomic_write


def keep_columns(
    target: Path, path: Path, text: str, encoding: str | None = None, label: str | None = None
) -> None:
    """Keep the other columns of a file, if it has any, for the rows whose texts are taken."""
    given = AllColumns.of(path, text, encoding, label)
    if len(given.columns) > 1:
        place = given.columns.index(given.text)
        cells = (row for row in given.rows() if (canonical_text(row[place]) or "").strip())
        write_columns(target, given.columns, given.text, cells)


def write_columns(
    path: Path, columns: Sequence[str], text: str, rows: Iterable[Sequence[Any]]
) -> None:
    """Write all columns but the text, whose place stays empty, since the texts are kept already."""
    names = _apart(columns)
    place = list(columns).index(text)
    bare = ([*cells[:place], None, *cells[place + 1 :]] for cells in map(list, rows))
    with atomic_write(path) as temporary:
        write_parquet(temporary, Sheet(names, bare))


def read_columns(
    path: Path, text: str, texts: Sequence[str], wanted: Collection[int]
) -> tuple[list[str], Iterator[tuple[int, list[Any]]]]:
    """Return names and rows of the user's columns with the texts in their place.

    Args:
        path: What ``write_columns`` wrote; without it, the texts are the only column.
        text: Name of the text's column.
        texts: The project's texts.
        wanted: Ids of the rows to give, which come in ascending order, with their ids.

    Raises:
        InputError: It cannot be read, or is not of these texts.
    """
    if not path.exists():
        return [text], ((row, [texts[row]]) for row in sorted(wanted))
    rows = open_files(path, [path], ())
    columns = rows.header or []
    place = place_named(columns, text)
    if place is None or rows_in(path) != len(texts):
        raise InputError(f"{path} is not of this project's texts; restore it from a copy")
    return columns, _with_texts(rows.rows, place, texts, wanted)


def _with_texts(
    rows: Iterator[Row], place: int, texts: Sequence[str], wanted: Collection[int]
) -> Iterator[tuple[int, list[Any]]]:
    for number, row in enumerate(rows):
        if number in wanted:
            cells = list(row.cells)
            cells[place] = texts[number]
            yield number, cells


def _apart(columns: Sequence[str]) -> list[str]:
    """Return the names with a number behind each that occurs before."""
    names: list[str] = []
    for name in columns:
        free, number = name, 2
        while free in names:
            free, number = f"{name}_{number}", number + 1
        names.append(free)
    return names
