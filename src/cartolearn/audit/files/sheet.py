"""The sheet that a checker fills in: nothing in it tells why a row is there."""

from collections.abc import Sequence
from pathlib import Path

from cartolearn.data.answers import read_answers, row_named
from cartolearn.data.writing.sheet import Sheet

COLUMNS = ("id", "text", "label")
GIVEN = "given"
RIGHT = "right"


def checks_sheet(
    ids: Sequence[int], texts: Sequence[str], given: Sequence[str], classes: Sequence[str]
) -> Sheet:
    """Return rows whose labels are to be filled in.

    Args:
        ids: In the order in which they are to be checked.
        texts: Of all ids.
        given: The machine's labels of these ids, if the checker is to see them; else empty.
        classes: Names of the classes.
    """
    rows = [
        [row, texts[row], None, *([given[place]] if given else [])] for place, row in enumerate(ids)
    ]
    columns = [*COLUMNS, *([GIVEN] if given else [])]
    return Sheet(columns, rows, classes=classes, suggestion=GIVEN if given else None)


def unadded(path: Path, checked: set[int]) -> bool:
    """Tell whether a sheet holds answers for ids that are not checked.

    Raises:
        InputError: There is such a file, and it is no sheet.
    """
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return False
    answers = read_answers(path, again=True)[1]
    return any(row_named(a.id) not in checked for a in answers if a.label)
