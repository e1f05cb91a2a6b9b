"""What is to be written: columns, rows, and what a labelling tool has to know of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

Cells = Sequence[Any]


@dataclass(frozen=True)
class Sheet:
    """Rows to be written; cells are texts, numbers, truth values, times, lists, or None.

    Attributes:
        columns: Their names, one for each cell.
        rows: The rows, gone through once.
        text: Column of the text.
        key: Column of the id by which a text is known when it comes back; None for no such one.
        label: Column of the answers; None if none were given.
        by: Column of who gave them.
        suggestion: Column of the class that the model suggests.
        probability: Column of its probability.
        classes: Names of the classes to choose from.
        guideline: What annotators are told; shown by the tools that can.
        each: Rows of one text that follow each other are answers of several people.
        added: The new columns: what they were to be called, and what they are called.
    """

    columns: Sequence[str]
    rows: Iterable[Cells]
    text: str = "text"
    key: str | None = "id"
    label: str | None = "label"
    by: str | None = None
    suggestion: str | None = None
    probability: str | None = None
    classes: Sequence[str] = ()
    guideline: str = ""
    each: bool = False
    added: Mapping[str, str] = field(default_factory=dict)


class Answered(NamedTuple):
    """One answer to a text; ``by`` is empty if nobody knows who gave it."""

    by: str
    label: str


@dataclass(frozen=True)
class Entry:
    """One text as labelling tools take it.

    Attributes:
        key: Its id, or "".
        text: The text.
        others: The other cells by column; empty ones are left out.
        answers: What people said of it.
        suggestion: What the model says, or None.
        probability: How sure it is, or None.
    """

    key: str
    text: str
    others: dict[str, Any]
    answers: list[Answered] = field(default_factory=list)
    suggestion: str | None = None
    probability: float | None = None


def free_names(names: Iterable[str], columns: Sequence[str]) -> dict[str, str]:
    """Return what new columns are called: their names, with a number where one is taken."""
    free: dict[str, str] = {}
    for name in names:
        number, found = 2, name
        while found in columns or found in free.values():
            found, number = f"{name}_{number}", number + 1
        free[name] = found
    return free


def entries(sheet: Sheet, *, together: bool) -> Iterator[Entry]:
    """Yield the rows as labelling tools take them.

    Args:
        sheet: What is to be written.
        together: Whether several answers to one text make one entry; else each row is one.
    """
    rows = (dict(zip(sheet.columns, cells, strict=True)) for cells in sheet.rows)
    if not (together and sheet.each):
        for row in rows:
            yield _entry(sheet, [row])
        return
    for _, same in groupby(rows, key=lambda row: row[sheet.key or sheet.text]):
        yield _entry(sheet, list(same))


def _entry(sheet: Sheet, rows: list[dict[str, Any]]) -> Entry:
    first = rows[0]
    special = {sheet.text, sheet.key, sheet.label, sheet.by, sheet.suggestion, sheet.probability}
    said = [(row.get(sheet.by or ""), row.get(sheet.label or "")) for row in rows]
    return Entry(
        key="" if sheet.key is None else str(first[sheet.key]),
        text=_string(first[sheet.text]),
        others={k: v for k, v in first.items() if k not in special and v not in (None, "")},
        answers=[Answered(_string(by), _string(label)) for by, label in said if label],
        suggestion=first.get(sheet.suggestion or "") or None,
        probability=first.get(sheet.probability or "") or None,
    )


def _string(value: Any) -> str:
    return "" if value is None else str(value)
