"""The sheet that a checker fills in: nothing in it tells why a row is there."""

import csv
from collections.abc import Sequence
from pathlib import Path

from cartolearn.data.answers import read_answers
from cartolearn.files import atomic_write
from cartolearn.spreadsheet import guarded_cell

COLUMNS = ("id", "text", "label")
GIVEN = "given"
RIGHT = "right"


def write_sheet(path: Path, ids: Sequence[int], texts: Sequence[str], given: list[str]) -> None:
    """Write rows as CSV (UTF-8 with a mark that spreadsheets know it by).

    Args:
        path: Where to write.
        ids: In the order in which they are to be checked.
        texts: Of all ids.
        given: The machine's labels of these ids, if the checker is to see them; else empty.
    """
    with atomic_write(path) as temporary:
        with temporary.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([*COLUMNS, *([GIVEN] if given else [])])
            for place, row in enumerate(ids):
                cells = [row, guarded_cell(texts[row]), ""]
                writer.writerow([*cells, *([guarded_cell(given[place])] if given else [])])


def unadded(path: Path, checked: set[int]) -> bool:
    """Whether a sheet holds answers for ids that are not checked.

    Raises:
        InputError: There is such a file, and it is no sheet.
    """
    if not path.exists() or not path.stat().st_size:
        return False
    answers = read_answers(path)[1]
    return any(not (a.id.isdigit() and int(a.id) in checked) for a in answers if a.label)
