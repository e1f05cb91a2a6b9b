"""Labels that come back in a file: a spreadsheet, or an export of another labelling tool."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from cartolearn.config.near_miss import near_miss
from cartolearn.data.canonical import canonical_label, canonical_name, canonical_text
from cartolearn.data.kept_texts import KeptTexts
from cartolearn.data.reading.columns import having
from cartolearn.data.reading.exports import SECONDS
from cartolearn.data.reading.reader import open_rows
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import place
from cartolearn.data.writing.sheet import Sheet
from cartolearn.data.writing.writer import Target, write_sheet
from cartolearn.spreadsheet import looks_like_a_date, made_by_spreadsheet, plain_cell, same_text
from cartolearn.text import shown

log = logging.getLogger(__name__)

ID, LABEL = "id", "label"
AGAIN = "-again"
AT_ONCE = 8192  # rows whose texts are looked up together
LONGEST_ID = 19  # digits
MOST_BAD_FILES = 10_000
SHOWN_BAD = 20
LONGEST = 300  # seconds: who takes longer was away
KEY, BY = "text_id", "annotator"  # what exports call them


@dataclass(slots=True)
class Answer:
    """One row of a file, before it is checked.

    Attributes:
        where: File and line (or task), for messages.
        id: The id as it stands there, without the mark of a text that was asked again.
        again: Whether it bears that mark.
        label: The label as it stands there; empty if the row has none yet.
        text: The text as it stands there, or None if there is none.
        raw: The cells of the row, or [] once they are of no more use.
        problem: Why it cannot be used, once that is known.
        by: Who gave it, where the file tells; else "".
        seconds: How long it took, where an export tells.
    """

    where: str
    id: str
    label: str
    text: str | None
    raw: list[Any] = field(default_factory=list)
    problem: str = ""
    again: bool = False
    by: str = ""
    seconds: float | None = None

    def forget(self) -> None:
        """Let go of its text and its cells: of a long file only ids and labels are held."""
        self.text, self.raw = None, []


def read_answers(
    path: Path, encoding: str | None = None, label: str = LABEL, *, again: bool = False
) -> tuple[list[str], Iterator[Answer]]:
    """Return the names of the raw columns, and every row as it is read; several in exports.

    Exports have an answer for each person. What was taken for granted is logged after the last,
    unless the file is read ``again``.

    Raises:
        InputError: The file cannot be read, or has no columns ``id`` (or ``text_id``) and
            ``label``, or no question of that name.
    """
    known, needed = ("text", KEY, BY, SECONDS), (ID, label)
    rows = open_rows(path, needed, known=known, label=label, encoding=encoding)
    keys = [] if KEY in (rows.columns or rows.names) else [ID]
    rows = having(having(rows, keys), [label], "; name the one of the labels with --label")
    ours = _names_in_exports(rows.columns or rows.names)

    def answers() -> Iterator[Answer]:
        for row in rows.rows:
            values = {name: row.values.get(free) for name, free in ours.items()}
            if label != LABEL:
                values[LABEL] = row.values.get(label)
            named = row._replace(values={**row.values, **values}) if values else row
            yield _answer(place(path, row.place, rows.unit), named, rows)
        if not again and (notes := rows.notes()):
            log.warning("%s: %s", path, shown(notes))

    return rows.columns or [ID, "text", LABEL, BY], answers()


def _names_in_exports(columns: Sequence[str]) -> dict[str, str]:
    """Return what our own exports call the label and the like where the user's file had the name.

    They come last then, with a number; of other tables nothing is taken for that.
    """
    if not {"how", "agreed"} <= set(columns):
        return {}
    named = {}
    for name in (KEY, LABEL, BY):
        number = 2
        while f"{name}_{number}" in columns:
            named[name], number = f"{name}_{number}", number + 1
    return named


def labelled_answers(answers: Iterable[Answer], seen: Counter[str]) -> Iterator[Answer]:
    """Yield the answers that have a label, or are malformed; ``seen`` counts all, and the empty."""
    for answer in answers:
        seen["empty"] += not (answer.label or answer.problem)
        if answer.label or answer.problem:
            yield answer


def unmarked(cell: str) -> tuple[str, bool]:
    """Return the id that comes back, and whether it was marked as asked again."""
    return cell.strip().removesuffix(AGAIN), cell.strip().endswith(AGAIN)


def class_named(label: str, classes: Sequence[str]) -> str | None:
    """Return the class that a cell names.

    Upper and lower case count only where they must, and so do zeros at the front, which
    spreadsheets take from a class called 007.
    """
    plain = plain_cell(label)
    for wanted in (label, plain):
        if wanted in classes:
            return wanted
    alike = [name for name in classes if name.casefold() == plain.casefold()]
    alike = alike or [name for name in classes if name.isdecimal() and name.lstrip("0") == plain]
    return alike[0] if len(alike) == 1 else None


def unknown_class(label: str, classes: Sequence[str]) -> str:
    """Say that a cell names no class, and what may have been meant."""
    dates = [name for name in classes if looks_like_a_date(name)]
    if dates and looks_like_a_date(label):
        return f"unknown class {label!r}; did a spreadsheet make a date of {' or '.join(dates)}?"
    return f"unknown class {label!r}{near_miss(label, classes)}"


def mark_contradictions(answers: Iterable[Answer], named: Callable[[Answer], str | None]) -> None:
    """Reject all rows in which the file gives one id different classes of one person.

    Args:
        answers: All rows of a file.
        named: Tells the class that an answer names.
    """
    rows: dict[tuple[str, bool, str], list[Answer]] = {}
    for answer in answers:
        if not answer.problem:
            rows.setdefault((answer.id.lstrip("0"), answer.again, answer.by), []).append(answer)
    for same in rows.values():
        if len({named(answer) for answer in same}) > 1:
            labels = ", ".join(sorted({answer.label for answer in same}))
            for answer in same:
                answer.problem = f"id {answer.id} has different labels: {labels}"


def with_texts(answers: Iterable[Answer], texts: KeptTexts) -> Iterator[tuple[Answer, str | None]]:
    """Yield each answer with the text of its id; None if there is none. A block is read at once."""
    left = iter(answers)
    while some := list(islice(left, AT_ONCE)):
        ids = [_number(answer.id, len(texts)) for answer in some]
        known = iter(texts.take(np.array([row for row in ids if row >= 0], dtype=np.int64)))
        for answer, row in zip(some, ids, strict=True):
            yield answer, next(known) if row >= 0 else None


def row_named(name: str) -> int:
    """Return the row that an id names, or -1 if it is no such number."""
    return int(name) if name.isascii() and name.isdigit() and len(name) < LONGEST_ID else -1


def _number(name: str, size: int) -> int:
    number = row_named(name)
    return number if number < size else -1


def other_text(answer: Answer, text: str) -> bool:
    """Tell whether the row has another text than that of its id."""
    return answer.text is not None and not same_text(answer.text, text)


def no_such_text(answer: Answer, text: str | None, size: int) -> str:
    """Say why a row is of no text; "" if it is of the one that its id says.

    What a spreadsheet makes of a text passes: the id tells.

    Args:
        answer: The row.
        text: That of its id; None if there is none.
        size: How many texts there are.
    """
    if text is None:
        return f"no text has the id {answer.id!r}; ids are 0 to {size - 1}"
    made = made_by_spreadsheet(answer.text or "", text)
    if other_text(answer, text) and not made:
        return f"the text is not that of id {answer.id}; was a cell edited or a column sorted?"
    return ""


def write_bad(
    path: Path, bad: Sequence[Answer], encoding: str | None = None, label: str = LABEL
) -> Path | None:
    """Write the rows that were rejected beside their file, each with its problem; none: nothing.

    Their cells are read once more from the file. Such a file of before stays: it may hold what
    somebody corrected. Where none can be written, that is said, and the good rows stay added.
    """
    if not bad:
        return None
    names = (f"{path.stem}.bad{number}.csv" for number in ("", *range(2, MOST_BAD_FILES)))
    target = next(t for t in map(path.with_name, names) if not t.exists())
    try:
        _write_bad(target, path, bad, encoding, label)
    except OSError as error:
        log.warning("cannot write %s: %s", target, error.strerror or error)
        return None
    return target


def _write_bad(
    target: Path, path: Path, bad: Sequence[Answer], encoding: str | None, label: str
) -> None:
    problems = {_key(answer): answer.problem for answer in bad}
    header, answers = read_answers(path, encoding, label, again=True)
    rows = (
        [*answer.raw, *[""] * (len(header) - len(answer.raw)), answer.where, problem]
        for answer in answers
        if (problem := problems.get(_key(answer)))
    )
    write_sheet(Target(target, "csv"), Sheet([*header, "where", "problem"], rows))


def _key(answer: Answer) -> tuple[str, str, str, bool]:
    return answer.where, answer.id, answer.label, answer.again


def rejected(bad: Sequence[Answer], file: Path | None) -> list[str]:
    """Return what to say of the rows that were rejected, and of the file that holds them."""
    lines = [f"  {answer.where}: {answer.problem}" for answer in bad[:SHOWN_BAD]]
    if len(bad) > SHOWN_BAD:
        lines.append(f"  ... and {len(bad) - SHOWN_BAD} more")
    if file:
        lines.append(f"  {len(bad)} rows were rejected; they are in {file}")
    return lines


def _answer(where: str, row: Row, rows: Rows) -> Answer:
    values = row.values
    cells = values.get(KEY, values.get(ID)), values.get(LABEL), values.get("text")
    identity, label, text = (
        canonical_name(cells[0]),
        canonical_label(cells[1]),
        canonical_text(cells[2]),
    )
    for what, cell, found in zip(("id", "label", "text"), cells, (identity, label, text)):  # noqa: B905
        rows.respelled(what, cell, found)
    by = row.by or canonical_name(values.get(BY)) or ""
    raw = [*row.cells] or [identity or "", text or "", cells[1] if label is None else label, by]
    problem = row.problem
    if identity is None or label is None or text is None:
        problem = problem or "the id, the text or the label is not one value"
    name, again = unmarked(identity or "")
    took = _seconds(values.get(SECONDS))
    return Answer(where, name, label or "", text or None, raw, problem, again, by, took)


def _seconds(cell: object) -> float | None:
    """Return how long an answer took, or None: what is no such number is not told."""
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return round(float(cell), 1) if number and 0 < cell <= LONGEST else None  # type: ignore[arg-type,operator]
