"""JSON Lines: one object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cartolearn.data.checks import check_unicode
from cartolearn.data.scalars import label_name
from cartolearn.data.table import Table, column_index, place, readable
from cartolearn.errors import InputError


def read_jsonlines(
    path: Path, text: str, label: str | None, *, every_row_labelled: bool = True
) -> Table:
    """Read two fields of every object; blank lines are left out.

    Args:
        path: The file.
        text: Field of the text.
        label: Field of the label; None reads no labels.
        every_row_labelled: Whether a row without that field is refused.

    Raises:
        InputError: The file cannot be read, or, with its line: a row that is no JSON object,
            lacks a field, or has a text that is no string or a label that is no scalar.
    """
    needed = (text, label) if label and every_row_labelled else (text,)
    texts: list[str] = []
    labels: list[str] = []
    places: list[int] = []
    for line, row in _objects(path):
        for column in needed:
            if column not in row:
                column_index(place(path, line), list(row), column)
        texts.append(_text(path, line, row[text], text))
        labels.append(_label(path, line, row.get(label), label) if label else "")
        places.append(line)
    table = Table(path, texts, labels, places)
    check_unicode(table)
    return table


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with readable(path), path.open(encoding="utf-8-sig") as stream:
        for line, raw in enumerate(stream, 1):
            if raw.strip():
                yield line, _object(path, line, raw)


def _object(path: Path, line: int, raw: str) -> dict[str, Any]:
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place(path, line)}: malformed row: {error}") from error
    if not isinstance(row, dict):
        raise InputError(f"{place(path, line)}: malformed row: not a JSON object")
    return row


def _text(path: Path, line: int, value: object, column: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{place(path, line)}: {column!r} is not text but {str(value)[:60]}")
    return value


def _label(path: Path, line: int, value: object, column: str) -> str:
    name = label_name(value)
    if name is None:
        raise InputError(f"{place(path, line)}: {column!r} is not one label but {str(value)[:60]}")
    return name
