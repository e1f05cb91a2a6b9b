"""The spreadsheet a person labels in: id, text, an empty label, a suggestion, and the reason."""

import csv
from collections.abc import Sequence
from pathlib import Path

from cartolearn.data.answers import AGAIN, read_answers
from cartolearn.files import atomic_write
from cartolearn.label.project.state import Pick, State
from cartolearn.spreadsheet import guarded_cell

COLUMNS = ("id", "text", "label", "suggestion", "probability", "reason")


def marked(pick: Pick) -> str:
    """Return the id as it goes out: the second answer to a text must not pass for the first."""
    return f"{pick.id}{AGAIN}" if pick.again else str(pick.id)


def reason(pick: Pick) -> str:
    """Say in plain words why a text was picked."""
    match pick.how:
        case "random":
            return "drawn at random, to measure progress"
        case "first":
            return "typical of a group of texts; there is no model yet"
        case "region":
            return "in the region that you marked on the map"
        case "again":
            return "labelled before; asked again, to see how often answers differ"
    if pick.rival is None:
        return f"by {pick.how}"
    likeliest = (
        f"{pick.suggestion} {pick.probability:.2f}, {pick.rival} {pick.rival_probability:.2f}"
    )
    return f"the model says {likeliest} ({pick.how})"


def write_sheet(path: Path, picks: Sequence[Pick], texts: Sequence[str]) -> None:
    """Write a batch as CSV (UTF-8 with a mark that spreadsheets know it by)."""
    with atomic_write(path) as temporary:
        with temporary.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            for pick in picks:
                writer.writerow(
                    [
                        marked(pick),
                        guarded_cell(texts[pick.id]),
                        "",
                        guarded_cell(pick.suggestion or ""),
                        "" if pick.probability is None else f"{pick.probability:.3f}",
                        reason(pick),
                    ]
                )


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
