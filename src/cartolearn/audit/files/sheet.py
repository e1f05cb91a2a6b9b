"""The sheet that a checker fills in: nothing in it tells why a row is there."""

from collections.abc import Sequence
from pathlib import Path

from cartolearn.audit.project.state import State
from cartolearn.data.answers import AGAIN, Answer, class_named, read_answers, row_named
from cartolearn.data.writing.sheet import Sheet

COLUMNS = ("id", "text", "label")
GIVEN = "given"
RIGHT = "right"


def checks_sheet(
    ids: Sequence[int],
    texts: Sequence[str],
    given: Sequence[str],
    classes: Sequence[str],
    *,
    again: bool = False,
) -> Sheet:
    """Return rows whose labels are to be filled in.

    Args:
        ids: In the order in which they are to be checked.
        texts: Of all ids.
        given: The machine's labels of these ids, if the checker is to see them; else empty.
        classes: Names of the classes.
        again: Whether others checked these; their ids tell, so that ``unadded`` knows what to ask.
    """
    rows = [
        [f"{row}{AGAIN}" if again else row, texts[row], None, *given[place : place + 1]]
        for place, row in enumerate(ids)
    ]
    columns = [*COLUMNS, *([GIVEN] if given else [])]
    return Sheet(columns, rows, classes=classes, suggestion=GIVEN if given else None)


def unadded(path: Path, state: State) -> bool:
    """Tell whether a sheet holds answers that nobody gave, as far as the log knows.

    Raises:
        InputError: There is such a file, and it is no sheet.
    """
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return False
    answers = read_answers(path, again=True)[1]
    return any(_unknown(answer, state) for answer in answers if answer.label)


def _unknown(answer: Answer, state: State) -> bool:
    row, name = row_named(answer.id), class_named(answer.label, state.classes)
    said = state.answers.get(row, {})
    if answer.again and any(row in ids and who not in said for who, ids in state.second.items()):
        return True
    return not said or (name is not None and name not in said.values())
