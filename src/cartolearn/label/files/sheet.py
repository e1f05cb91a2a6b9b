"""The batch that a person labels: id, text, an empty label, a suggestion, and the reason."""

from collections.abc import Sequence
from pathlib import Path

from cartolearn.data.answers import AGAIN, read_answers, row_named
from cartolearn.data.writing.sheet import Sheet
from cartolearn.label.project.entries import Pick
from cartolearn.label.project.state import State

COLUMNS = ("id", "text", "label", "suggestion", "probability", "reason")


def marked(pick: Pick) -> str:
    """Return the id as it goes out: the second answer to a text must not pass for the first."""
    return f"{pick.id}{AGAIN}" if pick.again else str(pick.id)


REASONS = {
    "random": "drawn at random, to measure progress",
    "first": "typical of a group of texts; the model that chooses has too few labels",
    "region": "in the region that you marked on the map",
    "overlap": "also given to others, to see how far people agree",
    "search": "found by what you looked for",
    "again": "labelled before; asked again, to see how often answers differ",
}


def reason(pick: Pick) -> str:
    """Say in plain words why a text was picked."""
    if pick.how in REASONS:
        return REASONS[pick.how]
    if pick.rival is None:
        return f"by {pick.how}"
    likeliest = (
        f"{pick.suggestion} {pick.probability:.2f}, {pick.rival} {pick.rival_probability:.2f}"
    )
    return f"the model says {likeliest} ({pick.how})"


def batch_sheet(picks: Sequence[Pick], texts: Sequence[str], state: State) -> Sheet:
    """Return a batch as a sheet whose labels are to be filled in."""
    rows = [
        [
            marked(pick),
            texts[pick.id],
            None,
            pick.suggestion,
            None if pick.probability is None else round(pick.probability, 3),
            reason(pick),
        ]
        for pick in picks
    ]
    return Sheet(
        COLUMNS,
        rows,
        classes=state.classes,
        guideline=state.told,
        suggestion="suggestion",
        probability="probability",
    )


def unadded(path: Path, state: State, by: str, *, changes: bool = False) -> bool:
    """Tell whether a sheet holds labels that the project does not know; an empty one holds none.

    Args:
        path: The sheet; one that is not there holds none.
        state: The project's log, added up.
        by: Who labels: a text that others labelled, too, is known once this person did.
        changes: Whether labels that differ from those that count are such, too.

    Raises:
        InputError: There is such a file, and it is no sheet.
    """
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return False
    for answer in read_answers(path, again=True)[1]:
        if not answer.label:
            continue
        row = row_named(answer.id)
        if row not in (state.repeats if answer.again else state.labels):
            return True
        if row in state.shared and by not in state.answers.get(row, {}):
            return True
        if changes and not answer.again and state.labels[row].label != answer.label:
            return True
    return False
