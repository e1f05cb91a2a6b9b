"""The spreadsheet a person labels in: id, text, an empty label, a suggestion, and the reason."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from cartolearn.data.table import place, readable
from cartolearn.errors import InputError
from cartolearn.files import atomic_write
from cartolearn.label.project.state import Pick
from cartolearn.spreadsheet import guarded_cell

COLUMNS = ("id", "text", "label", "suggestion", "probability", "reason")
SEPARATORS = (",", ";", "\t")
AGAIN = "-again"


def marked(pick: Pick) -> str:
    """Return the id as it goes out: the second answer to a text must not pass for the first."""
    return f"{pick.id}{AGAIN}" if pick.again else str(pick.id)


def unmarked(cell: str) -> tuple[str, bool]:
    """Return the id that comes back, and whether it was marked as asked again."""
    return cell.strip().removesuffix(AGAIN), cell.strip().endswith(AGAIN)


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


def read_sheet(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header, and each row that is not blank with the line it begins in.

    Rows may have any width. The separator is the one of , ; and tab that the header has most of,
    since spreadsheets of some countries write semicolons.

    Raises:
        InputError: The file cannot be read, or a quote is never closed (file and line).
    """
    with readable(path):
        text = path.read_bytes().decode("utf-8-sig")
    head = text.split("\n", maxsplit=1)[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{place(path, line)}: malformed row: {error}") from error
    if not rows:
        raise InputError(f"{path} holds no row")
    return [cell.strip() for cell in rows[0][1]], rows[1:]
