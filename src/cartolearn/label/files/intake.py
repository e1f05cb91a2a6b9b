"""Making a project of a file of texts in any format, labelled or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cartolearn.data.assemble import sorted_names
from cartolearn.data.canonical import canonical_name
from cartolearn.data.kept_columns import write_columns
from cartolearn.data.reading.all_columns import AllColumns
from cartolearn.data.reading.reader import read
from cartolearn.data.table import Table
from cartolearn.errors import InputError
from cartolearn.event_log import Event


@dataclass(frozen=True)
class Intake:
    """Texts of a file, the labels some have, and the classes.

    Attributes:
        texts: Those that are taken.
        rows: Which texts of the file these are, from 0.
        events: The labels that some have.
        classes: Names of the classes.
        dropped: How many empty texts were left out.
    """

    texts: list[str]
    rows: list[int]
    events: list[Event]
    classes: list[str]
    dropped: int


def take_in(
    path: Path,
    text: str,
    label: str | None,
    classes: Sequence[str],
    *,
    drop_empty: bool,
    encoding: str | None = None,
) -> Intake:
    """Read texts and labels; ids count the texts from 0 in the file's order.

    Args:
        path: The file.
        text: Column of the text.
        label: Column of labels; None takes a column called "label" if there is one.
        classes: Class names; none takes those that the labels name.
        drop_empty: Leave out texts that are empty instead of refusing them.
        encoding: Encoding of a text file; told by its bytes if None.

    Raises:
        InputError: The file cannot be used; the message names the line.
    """
    table = read(path, text, label, optional=True, encoding=encoding)
    filled = [row for row, value in enumerate(table.texts) if value.strip()]
    if len(filled) < len(table.texts) and not drop_empty:
        first = next(row for row, value in enumerate(table.texts) if not value.strip())
        raise InputError(
            f"{table.where(first)}: the text is empty"
            f" ({len(table.texts) - len(filled)} such); --drop-empty leaves them out"
        )
    if not filled:
        raise InputError(f"{path} holds no text")
    labels = [table.labels[row] for row in filled]
    given = _classes(table, filled, labels, [canonical_name(name) or "" for name in classes])
    events = [
        {"event": "label", "id": number, "label": name, "source": path.name}
        for number, name in enumerate(labels)
        if name
    ]
    texts = [table.texts[row] for row in filled]
    return Intake(texts, filled, events, given, len(table.texts) - len(filled))


def keep_columns(
    target: Path, path: Path, text: str, rows: Sequence[int], encoding: str | None = None
) -> None:
    """Keep the other columns of a file, if it has any, for the rows that were taken."""
    given = AllColumns.of(path, text, encoding)
    if len(given.columns) > 1:
        kept = set(rows)
        cells = (row for number, row in enumerate(given.rows()) if number in kept)
        write_columns(target, given.columns, given.text, cells)


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
