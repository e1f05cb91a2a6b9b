"""Excel workbooks, and those of other spreadsheets (.xlsx, .xls, .xlsb, .ods), by calamine."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cartolearn.data.canonical import canonical_name
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import readable
from cartolearn.errors import InputError

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def open_workbook(path: Path) -> Rows:
    """Open the first sheet that holds anything; its first row that isn't blank is the header.

    Raises:
        InputError: The extra is not installed, or the file is no workbook or holds no row.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as error:
        raise InputError(
            f"{path}: workbooks need a package more: pip install"
            " 'cartography-active-learning[excel]'; or save the sheet as CSV"
        ) from error
    with readable(path):
        try:
            with CalamineWorkbook.from_path(str(path)) as book:
                found = {
                    name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                    for name in book.sheet_names
                }
        except CalamineError as error:
            raise InputError(f"{path} is damaged or no workbook: {error}") from error
    sheets = {name: cells for name, cells in found.items() if any(map(_filled, cells))}
    if not sheets:
        raise InputError(f"{path} holds no row")
    name, lines = next(iter(sheets.items()))
    top = next(number for number, cells in enumerate(lines) if _filled(cells))
    columns = [canonical_name(cell) or "" for cell in lines[top]]
    assumed = [f"sheet {name!r} of {len(sheets)}"] if len(sheets) > 1 else []
    counted: Counter[str] = Counter()
    rows = _rows(lines, top, columns, counted)
    return Rows(path, columns, rows, "row", assumed, counted)


def _filled(cells: list[Any]) -> bool:
    return any(cell != "" for cell in cells)


def _rows(
    lines: list[list[Any]], top: int, columns: list[str], counted: Counter[str]
) -> Iterator[Row]:
    for number, cells in enumerate(lines[top + 1 :], top + 2):
        if not _filled(cells):
            counted["row(s) of empty cells left out"] += 1
            continue
        texts = tuple(canonical_name(cell) or "" for cell in cells)
        yield Row(number, dict(zip(columns, cells, strict=False)), "", texts)
