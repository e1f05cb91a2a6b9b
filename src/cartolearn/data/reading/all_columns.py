"""Every column of a file as it stands there, to be written out again beside new ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cartolearn.data.reading.reader import open_rows
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.reading.workbook import ENDINGS
from cartolearn.data.table import column_index


@dataclass(frozen=True)
class AllColumns:
    """A file's columns and rows; each run through ``rows`` reads the file.

    Attributes:
        path: The file.
        columns: Names as they stand in the file; of objects, in the order in which they come up.
        text: Name of the text's column as it stands there.
        encoding: Encoding of a text file, or None.
        label: The question or control that holds the label, in exports of labelling tools.
    """

    path: Path
    columns: list[str]
    text: str
    encoding: str | None
    label: str | None = None

    @classmethod
    def of(
        cls, path: Path, text: str, encoding: str | None = None, label: str | None = None
    ) -> "AllColumns":
        """Look at a file that is known to be readable and to have the column ``text``."""
        rows = open_rows(path, [text], encoding=encoding, label=label)
        if rows.header is None or rows.columns is None:
            columns = list(dict.fromkeys(name for row in rows.rows for name in row.values))
        else:
            columns = rows.header
            text = columns[column_index(path, rows.columns, text)]
        return cls(path, columns, text, encoding, label)

    def rows(self) -> Iterator[list[Any]]:
        """Yield the cells of each text; the first row of several answers to one text."""
        rows = open_rows(self.path, [self.text], encoding=self.encoding, label=self.label)
        last = None
        for row in rows.rows:
            if row.place != last:
                yield _cells(row, rows, self.columns)
            last = row.place


def _cells(row: Row, rows: Rows, columns: list[str]) -> list[Any]:
    if rows.header is None:
        return [row.values.get(name) for name in columns]
    cells = [*row.cells, *[""] * (len(columns) - len(row.cells))]
    return list(map(_whole, cells)) if rows.path.suffix.lower() in ENDINGS else cells


def _whole(value: Any) -> Any:
    """Undo what workbooks do to whole numbers: they know no others than those with a point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
