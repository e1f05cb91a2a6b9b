"""Opening any table of the user's by its ending, and reading a text and a label column of it."""

import logging
import stat
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cartolearn.data.canonical import canonical_label, canonical_text
from cartolearn.data.checks import Unicode
from cartolearn.data.reading import workbook
from cartolearn.data.reading.answer_rows import has_answer_rows, together
from cartolearn.data.reading.arrow_files import COLUMNAR, open_files
from cartolearn.data.reading.columns import having
from cartolearn.data.reading.exports import ARGILLA_TABLE, RESPONSES, read_export
from cartolearn.data.reading.folders import open_folder
from cartolearn.data.reading.json_files import open_json, open_json_lines
from cartolearn.data.reading.labels import agreed, note_names
from cartolearn.data.reading.mistaken import refuse_mistaken
from cartolearn.data.reading.nested import names_in
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.reading.separated import open_separated
from cartolearn.data.table import Table, column_index, place, readable
from cartolearn.errors import InputError
from cartolearn.text import shown

log = logging.getLogger(__name__)

LABEL = "label"
SHOWN = 10
WHICH = (
    ". The first line has to name them; --text and --label (dataset.text, dataset.label) say which"
    " ones are read"
)

ENDINGS = ".csv, .tsv, .txt, .jsonl, .ndjson, .json, .parquet, .arrow, .xlsx, .xls, .xlsb, .ods"


def open_rows(
    path: Path,
    wanted: Iterable[str] = (),
    *,
    known: Iterable[str] = (),
    picked: Iterable[str] = (),
    label: str | None = None,
    encoding: str | None = None,
    split: str | None = None,
) -> Rows:
    """Open a file or folder in the format that its ending names.

    Args:
        path: .csv, .tsv, .txt, .jsonl, .ndjson, .json, .parquet, .arrow, a workbook, or a folder
            that Hugging Face's ``save_to_disk`` wrote or that holds files of the same columns.
        wanted: Columns that the file must have, by which its separator is told.
        known: Further columns that are looked for; like those, and the picked ones, they are
            found in spite of upper and lower case.
        picked: Columns to read, where the format can leave others out; none for all.
        label: The question or control that holds the label, in exports of labelling tools.
        encoding: Encoding of a text file; told by its bytes if None.
        split: Split of a folder; ``train``, or the only one, if None.

    Raises:
        InputError: The file cannot be read, or its ending names no format.
    """
    rows = _opened(path, wanted, known, picked, label, encoding, split)
    tables = [name for name in rows.columns or () if name.endswith(RESPONSES)]
    if not (tables or has_answer_rows(rows)):
        return rows
    rows = _opened(path, wanted, known, (), label, encoding, split)
    if not tables:
        return together(rows)
    objects = ((row.place, row.values) for row in rows.rows)
    return read_export(rows, ARGILLA_TABLE, objects, [{name: ["?"] for name in tables}], label)


def _opened(
    path: Path,
    wanted: Iterable[str],
    known: Iterable[str],
    picked: Iterable[str],
    label: str | None,
    encoding: str | None,
    split: str | None,
) -> Rows:
    columns = set(picked)
    needed, sought = set(wanted), {*wanted, *known, *columns}
    if path.is_dir():
        inside = partial(_opened, wanted=needed, known=sought, picked=columns, label=label,
                         encoding=encoding, split=None)  # fmt: skip
        return open_folder(path, columns, sought, split, inside)
    with readable(path):  # a file that is missing or empty, whatever its format
        if stat.S_ISREG(path.stat().st_mode):
            refuse_mistaken(path)
        else:
            raise InputError(f"{path} is no file; save what a pipe or a device gives as one first")
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return open_separated(path, needed, sought, encoding)
        case ".jsonl" | ".ndjson" | ".manifest":
            return open_json_lines(path, label, encoding, sought)
        case ".json":
            return open_json(path, label, encoding, sought)
        case ending if ending in COLUMNAR:
            return open_files(path, [path], columns, sought)
        case ending if ending in workbook.ENDINGS:
            return workbook.open_workbook(path, needed, sought)
    raise InputError(f"{path}: its format is told by its ending, one of {ENDINGS}")


class Record(NamedTuple):
    """A text of a file with its label, in canonical spelling; "" if it has none."""

    text: str
    label: str
    place: int


@dataclass(frozen=True)
class Records:
    """The texts of an open file, one after the other; gone through once.

    Attributes:
        rows: The open file.
        text: Column of the text.
        label: Column of the label, or None.
        optional: Whether a row may lack a label.
    """

    rows: Rows
    text: str
    label: str | None
    optional: bool

    def where(self, record: Record) -> str:
        """Tell a reader of an error where a record stands."""
        return place(self.rows.path, record.place, self.rows.unit)

    def __iter__(self) -> Iterator[Record]:
        """Yield the records, and log at the end what was assumed.

        Raises:
            InputError: A row is malformed (with its line).
        """
        labels: Counter[str] = Counter()
        unicode = Unicode()
        for record in self.unchecked():
            labels[record.label] += 1
            unicode.look_at(record.text, record.label, partial(self.where, record))
            yield record
        unicode.refuse()
        note_names(self.rows, labels)
        self._note_no_labels(labels)
        if notes := self.rows.notes():
            log.warning("%s: %s", self.rows.path, shown(notes))

    def _note_no_labels(self, labels: Counter[str]) -> None:
        """Say so where a column was looked for in vain that nobody named."""
        columns = self.rows.columns or self.rows.names
        sought = self.optional and self.label == LABEL and not self.rows.export
        others = ", ".join([name for name in columns if name and name != self.text][:SHOWN])
        if sought and others and not any(labels) and LABEL not in columns:
            self.rows.assumed.append(
                f"no labels, since no column is called {LABEL}; --label names another: {others}"
            )

    def unchecked(self) -> Iterator[Record]:
        """Yield the records of a file that was looked through before; nothing is logged."""
        held: tuple[str, list[str], int] | None = None
        for row in self.rows.rows:
            where = place(self.rows.path, row.place, self.rows.unit)
            if row.problem:
                raise InputError(f"{where}: {row.problem}")
            name = "" if self.label is None else self._name(where, row, self.label)
            if held and row.place == held[2]:
                held[1].append(name)
                continue
            if self.rows.export and self.label and not name and not self.optional:
                self.rows.counted["text(s) without an answer left out"] += 1
                continue
            if held:
                yield Record(held[0], agreed(held[1], self.rows.counted), held[2])
            if self.text not in row.values:
                column_index(where, names_in(row.values), self.text)
            held = self._text(where, row.values[self.text]), [name], row.place
        if held:
            yield Record(held[0], agreed(held[1], self.rows.counted), held[2])

    def _text(self, where: str, value: Any) -> str:
        found = canonical_text(value)
        if found is None:
            raise InputError(f"{where}: {self.text!r} is not text but {shown(str(value)[:60])}")
        self.rows.respelled("text", value, found)
        return found

    def _name(self, where: str, row: Row, column: str) -> str:
        if column not in row.values:
            if self.optional:
                return ""
            column_index(where, names_in(row.values), column)
        value = row.values[column]
        found = canonical_label(value)
        if found is None:
            raise InputError(f"{where}: {column!r} is not one label but {shown(str(value)[:60])}")
        self.rows.respelled("label", value, found)
        return found


def open_texts(
    path: Path,
    text: str,
    label: str | None,
    *,
    optional: bool = False,
    encoding: str | None = None,
    split: str | None = None,
) -> Records:
    """Open the texts of a file, and their labels in canonical spelling.

    A text to which several people gave different answers (exports of labelling tools) has the one
    that most gave, and none where there is no such one.

    Args:
        path: The file or folder.
        text: Column of the text.
        label: Column of the label; None reads texts alone, or with ``optional`` the column
            "label" if there is one.
        optional: Whether a row may lack a label.
        encoding: Encoding of a text file; told by its bytes if None.
        split: Split of a folder.

    Raises:
        InputError: The file cannot be read, or lacks a column.
    """
    wanted = [text] if label is None else [text, label]
    if label is None and optional and text != LABEL:
        label = LABEL
    picked = {text, label or text}
    rows = open_rows(path, wanted, picked=picked, label=label, encoding=encoding, split=split)
    twice = [label] if label and (rows.columns or []).count(label) > 1 else []
    advice = "" if rows.columns is None else WHICH
    return Records(having(rows, [*wanted, *twice], advice), text, label, optional)


def read(
    path: Path,
    text: str,
    label: str | None,
    *,
    optional: bool = False,
    encoding: str | None = None,
    split: str | None = None,
) -> Table:
    """Read all texts of a file at once, see ``open_texts``.

    Raises:
        InputError: The file cannot be read, lacks a column, or has a malformed row (with its line).
    """
    records = open_texts(path, text, label, optional=optional, encoding=encoding, split=split)
    texts: list[str] = []
    labels: list[str] = []
    places = array("q")
    for record in records:
        texts.append(record.text)
        labels.append(record.label)
        places.append(record.place)
    return Table(path, texts, labels, places, records.rows.unit)
