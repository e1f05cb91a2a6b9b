"""Tables with a row for each person's answer: those to one text are put together."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from cartolearn.data.canonical import canonical_name
from cartolearn.data.reading.rows import Row, Rows


class _Kind(NamedTuple):
    """Whose export it is, the columns it is told by, those of the task and of who answered."""

    name: str
    columns: frozenset[str]
    task: str
    who: str


_KINDS = (
    _Kind("Label Studio", frozenset({"id", "annotator", "annotation_id"}), "id", "annotator"),
    _Kind("Mechanical Turk", frozenset({"HITId", "WorkerId"}), "HITId", "WorkerId"),
)
_OUR_EXPORT = frozenset({"how", "agreed"})
STATUS, REJECTED = "AssignmentStatus", "Rejected"


def has_answer_rows(rows: Rows) -> bool:
    """Tell whether a table has a row for each person's answer, by its columns."""
    return _kind_of(rows) is not None


def together(rows: Rows) -> Rows:
    """Return the rows of each text one after the other, each with the place of the first.

    Of several answers of one person to a text the last stays.
    """
    kind = _kind_of(rows)
    if kind is None:
        return rows
    assumed = [*rows.assumed, f"read as a table of {kind.name}, a row for each answer"]
    return replace(rows, rows=_by_task(rows, kind), assumed=assumed)


def _kind_of(rows: Rows) -> _Kind | None:
    names = set(rows.columns or rows.names)
    if names >= _OUR_EXPORT:
        return None
    return next((kind for kind in _KINDS if kind.columns <= names), None)


def _by_task(rows: Rows, kind: _Kind) -> Iterator[Row]:
    tasks: dict[str, list[Row]] = {}
    for row in rows.rows:
        if row.values.get(STATUS) == REJECTED:
            rows.counted["rejected answer(s) left out"] += 1
            continue
        task = canonical_name(row.values.get(kind.task)) or f"\n{row.place}"
        tasks.setdefault(task, []).append(row)
    for same in tasks.values():
        answers: dict[str, Row] = {}
        for row in same:
            who = canonical_name(row.values.get(kind.who)) or ""
            key = who or f"\n{row.place}"
            rows.counted["earlier answer(s) of the same person replaced"] += key in answers
            answers[key] = row._replace(place=same[0].place, by=who)
        yield from answers.values()
