"""The labelled set: every column of the user's file, and who labelled what, when, and why."""

from collections.abc import Iterator
from typing import Any

from cartolearn.data.kept_columns import read_columns
from cartolearn.data.writing.sheet import Sheet
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State

LABEL, BY = "label", "annotator"
NEW = ("text_id", LABEL, BY, "at", "how", "agreed")
GIVEN = "given with the texts"


def labelled_sheet(project: Project, state: State, *, each: bool) -> Sheet:
    """Return the labelled texts by id.

    Where the user's file has a column ``label``, the labels as they are now stand in it; it is the
    one that ``init`` took them from. Any other new column whose name is taken gets a number.

    Args:
        project: The project.
        state: Its log, added up.
        each: A row for each person's answer, the one that counts last; else one for each text.

    Raises:
        InputError: The kept columns cannot be read.
    """
    text = project.settings.text_column
    columns, kept = read_columns(project.columns_path, text, project.texts)
    place = columns.index(LABEL) if LABEL in columns and text != LABEL else None
    new = [_free(name, columns) for name in NEW if place is None or name != LABEL]
    how = {pick.id: pick.how for batch in state.batches for pick in batch if not pick.again}

    def rows() -> Iterator[list[Any]]:
        for row in sorted(state.labels):
            for label, by, at in _answers(state, row, each=each):
                added = [str(row), label, by, at, how.get(row, GIVEN), _agreed(state, row)]
                cells = list(kept[row])
                if place is not None:
                    cells[place] = added.pop(1)
                yield [*cells, *added]

    named = dict(zip([n for n in NEW if place is None or n != LABEL], new, strict=True))
    return Sheet(
        [*columns, *new],
        rows(),
        text=text,
        key=named["text_id"],
        label=named.get(LABEL, LABEL),
        by=named[BY],
        classes=state.classes,
        guideline=state.guideline,
        each=each,
    )


def _answers(state: State, row: int, *, each: bool) -> list[tuple[str, str, str]]:
    """Return label, annotator and time of the answers to a text, the one that counts last."""
    given = state.labels[row]
    counts = (given.label, given.by, given.at)
    if not each:
        return [counts]
    said, times = state.answers.get(row, {}), state.times.get(row, {})
    others = [
        (name, who, times[who])
        for who, name in said.items()
        if (who, name) != (given.by, given.label)
    ]
    return [*others, counts]


def _agreed(state: State, row: int) -> str:
    """Tell whether those who labelled a text agree; "" where only one did."""
    if row in state.settled:
        return "settled"
    said = list(state.answers.get(row, {}).values())
    if len(said) < 2:
        return ""
    return "yes" if len(set(said)) == 1 else "no"


def _free(name: str, columns: list[str]) -> str:
    number, free = 2, name
    while free in columns:
        free, number = f"{name}_{number}", number + 1
    return free
