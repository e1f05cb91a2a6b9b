"""Making a project of a file of texts: CSV, TSV, JSON Lines or Parquet, labelled or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cartolearn.data.assemble import sorted_names
from cartolearn.data.checks import check_unicode
from cartolearn.data.delimited import read_header
from cartolearn.data.jsonlines import read_jsonlines
from cartolearn.data.table import Table, readable
from cartolearn.data.tabular import read
from cartolearn.errors import InputError
from cartolearn.label.project.log import Event

LABEL = "label"


@dataclass(frozen=True)
class Intake:
    """Texts of a file, the labels some have, and the classes."""

    texts: list[str]
    events: list[Event]
    classes: list[str]
    dropped: int


def take_in(
    path: Path, text: str, label: str | None, classes: Sequence[str], *, drop_empty: bool
) -> Intake:
    """Read texts and labels; ids count the texts from 0 in the file's order.

    Args:
        path: The file.
        text: Column of the text.
        label: Column of labels; None takes a column called "label" if there is one.
        classes: Class names; none takes those that the labels name.
        drop_empty: Leave out texts that are empty instead of refusing them.

    Raises:
        InputError: The file cannot be used; the message names the line.
    """
    if label is None and LABEL in _columns(path) and text != LABEL:
        label = LABEL
    table = _read(path, text, label)
    check_unicode(table)
    filled = [row for row, value in enumerate(table.texts) if value.strip()]
    if len(filled) < len(table.texts) and not drop_empty:
        first = next(row for row, value in enumerate(table.texts) if not value.strip())
        raise InputError(
            f"{table.where(first)}: the text is empty"
            f" ({len(table.texts) - len(filled)} such); --drop-empty leaves them out"
        )
    if not filled:
        raise InputError(f"{path} holds no text")
    labels = [table.labels[row].strip() if label else "" for row in filled]
    given = _classes(table, filled, labels, classes)
    events = [
        {"event": "label", "id": number, "label": name, "source": path.name}
        for number, name in enumerate(labels)
        if name
    ]
    texts = [table.texts[row] for row in filled]
    return Intake(texts, events, given, len(table.texts) - len(filled))


def read_texts(path: Path, text: str) -> Table:
    """Read the texts of a file; the labels of the table mean nothing.

    Raises:
        InputError: The file cannot be read, or holds no such column.
    """
    table = _read(path, text, None)
    check_unicode(table)
    return table


def _classes(table: Table, rows: list[int], labels: list[str], classes: Sequence[str]) -> list[str]:
    if not classes:
        return list(sorted_names([name for name in labels if name])) if any(labels) else []
    for row, name in zip(rows, labels, strict=True):
        if name and name not in classes:
            raise InputError(
                f"{table.where(row)}: the label {name!r} is not one of the classes"
                f" {', '.join(classes)}; name it too, or leave out --classes to take all labels"
            )
    return list(classes)


def _columns(path: Path) -> list[str]:
    match path.suffix.lower():
        case ".csv":
            return read_header(path)
        case ".tsv":
            return read_header(path, "\t")
        case ".parquet":
            return _parquet_columns(path)
    return [LABEL]  # of JSON Lines, any row may have it


def _parquet_columns(path: Path) -> list[str]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with readable(path):
            return list(parquet.read_schema(path).names)
    except pa.ArrowException as error:
        raise InputError(f"{path} is damaged or no Parquet file: {error}") from error


def _read(path: Path, text: str, label: str | None) -> Table:
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return read_jsonlines(path, text, label, every_row_labelled=False)
    return read(path, text, label or text)
