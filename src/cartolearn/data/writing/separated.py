"""Comma- and tab-separated text, for spreadsheets and for programs."""

import csv
from math import isfinite
from pathlib import Path

from cartolearn.data.writing.cells import as_text
from cartolearn.data.writing.sheet import Sheet
from cartolearn.spreadsheet import guarded_cell


def write_separated(path: Path, sheet: Sheet, separator: str, *, raw: bool) -> int:
    """Write a header and the rows; return how many cells were guarded against formulas.

    It begins with the mark by which spreadsheets know UTF-8. With ``raw`` it has none, and no cell
    is guarded. A tab-separated file has its header in quotes, by which the reader knows that
    quotes close cells in it.
    """
    guarded = 0

    def cell(value: object) -> str:
        nonlocal guarded
        text = as_text(value)
        if type(value) is float and isfinite(value):
            return text  # a number needs no guard
        safe = text if raw else guarded_cell(text)
        guarded += safe != text
        return safe

    with path.open("w", encoding="utf-8" if raw else "utf-8-sig", newline="") as stream:
        quoted = csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL)
        plain = csv.writer(stream, delimiter=separator)
        (quoted if separator == "\t" else plain).writerow(map(cell, sheet.columns))
        plain.writerows(map(cell, row) for row in sheet.rows)
    return guarded
