"""Excel workbooks: cells have types, so that no text is taken for a formula, date or number."""

import datetime
from pathlib import Path
from typing import Any

from cartolearn.data.writing.cells import as_cell
from cartolearn.data.writing.sheet import Sheet
from cartolearn.errors import InputError
from cartolearn.spreadsheet import LONGEST_CELL, cell_length

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
AS_THEY_ARE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}


def write_workbook(path: Path, sheet: Sheet) -> None:
    """Write one sheet whose first row, the header, stays in sight; the guideline is a second one.

    Raises:
        InputError: The extra is not installed, or something does not fit in a workbook.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise InputError(
            "workbooks need a package more: pip install 'cartography-active-learning[excel]';"
            " or write a .csv"
        ) from error
    if len(sheet.columns) > MOST_COLUMNS:
        raise InputError(f"a workbook has at most {MOST_COLUMNS:,} columns; write a .csv")
    with xlsxwriter.Workbook(str(path), AS_THEY_ARE) as book:
        page = book.add_worksheet("texts")
        page.freeze_panes(1, 0)
        for number, cells in enumerate([sheet.columns, *sheet.rows]):
            if number >= MOST_ROWS:
                raise InputError(f"a workbook has at most {MOST_ROWS:,} rows; write a .csv")
            for column, value in enumerate(cells):
                _write(page, number, column, as_cell(value))
        if sheet.guideline:
            told = book.add_worksheet("guideline")
            for number, line in enumerate(sheet.guideline.splitlines()):
                _write(told, number, 0, line or None)


def _write(page: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        if (length := cell_length(value)) > LONGEST_CELL:
            raise InputError(
                f"row {row + 1} holds a text of {length:,} characters, and a cell of a"
                f" workbook takes {LONGEST_CELL:,}; write a .csv or .jsonl"
            )
        page.write_string(row, column, value)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, datetime.date):
        page.write_datetime(row, column, value)
    else:
        page.write_number(row, column, value)
