"""Labels that come back in a file: a spreadsheet, or an export of another labelling tool."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

from cartolearn.data.canonical import canonical_name, canonical_text
from cartolearn.data.reading.reader import open_rows
from cartolearn.data.reading.rows import Row
from cartolearn.data.table import column_index, place
from cartolearn.label.files.sheet import unmarked
from cartolearn.label.project.state import State
from cartolearn.text import shown

log = logging.getLogger(__name__)

NEEDED = ("id", "label")


@dataclass
class Answer:
    """One row of a file, before it is checked.

    Attributes:
        where: File and line (or task), for messages.
        id: The id as it stands there, without the mark of a text that was asked again.
        again: Whether it bears that mark.
        label: The label as it stands there; empty if the row has none yet.
        text: The text as it stands there, or None if the file has no texts.
        raw: The cells of the row, to be written out again if it is bad.
        problem: Why it cannot be used, once that is known.
        by: Who gave it, where the file tells; else "".
    """

    where: str
    id: str
    label: str
    text: str | None
    raw: list[str] = field(default_factory=list)
    problem: str = ""
    again: bool = False
    by: str = ""


def read_answers(path: Path, encoding: str | None = None) -> tuple[list[str], list[Answer]]:
    """Return the names of the raw columns, and every row; an answer for each person in exports.

    Raises:
        InputError: The file cannot be read, or has no columns ``id`` and ``label``.
    """
    rows = open_rows(path, NEEDED, encoding=encoding)
    if rows.columns is not None:
        for name in NEEDED:
            column_index(path, rows.columns, name)
    answers = [_answer(place(path, row.place, rows.unit), row) for row in rows.rows]
    if notes := rows.notes():
        log.warning("%s: %s", path, shown(notes))
    return rows.columns or ["id", "text", "label"], answers


def holds_new_labels(path: Path, state: State) -> bool:
    """Whether a sheet holds labels that the project does not know; an empty one holds none.

    Raises:
        InputError: There is such a file, and it is no sheet.
    """
    if not path.exists() or not path.stat().st_size:
        return False
    return any(
        not (a.id.isdigit() and int(a.id) in (state.repeats if a.again else state.labels))
        for a in read_answers(path)[1]
        if a.label
    )


def _answer(where: str, row: Row) -> Answer:
    values = row.values
    identity = canonical_name(values.get("text_id", values.get("id")))
    label, text = canonical_name(values.get("label")), canonical_text(values.get("text"))
    raw = [*row.cells] or [identity or "", text or "", label or ""]
    problem = row.problem
    if identity is None or label is None or text is None:
        problem = problem or "the id, the text or the label is not one value"
    name, again = unmarked(identity or "")
    found = text if "text" in values else None
    return Answer(where, name, label or "", found, raw, problem, again, row.by)
