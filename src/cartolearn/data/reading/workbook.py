"""Excel workbooks, and those of other spreadsheets (.xlsx, .xls, .xlsb, .ods), by calamine."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from cartolearn.data.canonical import canonical_name
from cartolearn.data.reading.columns import above, columns_named, header_place
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import readable
from cartolearn.errors import InputError

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

Cells = list[list[Any]]


def open_workbook(path: Path, wanted: Collection[str], known: Collection[str]) -> Rows:
    """Open the first sheet that has the ``wanted`` columns, else the first that holds anything.

    A sheet's first row that isn't blank is its header, or one below a title. Sheets that are hidden
    come last. What stands in merged cells stands in each of their rows.

    Args:
        path: The workbook.
        wanted: Columns that it must have.
        known: Further columns that are looked for.

    Raises:
        InputError: The extra is not installed, or the file is no workbook or holds no row.
    """
    merged: Counter[str] = Counter()
    sheets = {name: cells for name, cells in _sheets(path, merged) if any(map(_filled, cells))}
    if not sheets:
        raise InputError(f"{path} holds no row")
    names = {*wanted, *known}
    tops = {name: header_place(cells, wanted) or 0 for name, cells in sheets.items()}
    headers = {name: columns_named(sheets[name][top], names) for name, top in tops.items()}
    fitting = [name for name in sheets if wanted and set(wanted) <= set(headers[name][0])]
    name = (fitting or list(sheets))[0]
    columns, renamed = headers[name]
    lines, top = sheets[name], tops[name]
    header = [cell if isinstance(cell, str) else canonical_name(cell) or "" for cell in lines[top]]
    assumed = [f"sheet {name!r} of {len(sheets)}"] if len(sheets) > 1 else []
    assumed += above(sum(map(_filled, lines[:top])))
    counted = Counter({"merged cell(s) taken for each of their rows": merged[name]})
    rows = _rows(lines, top, columns, counted)
    return Rows(path, columns, rows, "row", [*assumed, *renamed], counted, header=header)


def _sheets(path: Path, merged: Counter[str]) -> Iterator[tuple[str, Cells]]:
    """Yield all sheets, those that are hidden last; ``merged`` counts cells of each by its name."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum
    except ImportError as error:
        raise InputError(
            f"{path}: workbooks need a package more: pip install"
            " 'cartography-active-learning[excel]'; or save the sheet as CSV"
        ) from error
    with readable(path):
        try:
            with CalamineWorkbook.from_path(str(path)) as book:
                hidden = {
                    found.name: found.visible != SheetVisibleEnum.Visible
                    for found in book.sheets_metadata
                }
                for name in sorted(book.sheet_names, key=hidden.__getitem__):
                    sheet = book.get_sheet_by_name(name)
                    cells = sheet.to_python(skip_empty_area=False)
                    merged[name] = _spread(cells, sheet.merged_cell_ranges or [])
                    yield name, cells
        except CalamineError as error:
            raise InputError(f"{path} is damaged or no workbook: {error}") from error


def _spread(cells: Cells, merged: list[Any]) -> int:
    """Write what merged cells hold into each of their rows; return how many got it.

    Merged cells may lie beyond the last that holds anything.
    """
    below = [
        (top, left, row)
        for (top, left), (bottom, _) in merged
        for row in range(top + 1, min(bottom + 1, len(cells)))
        if left < len(cells[row])
    ]
    for top, left, row in below:
        cells[row][left] = cells[top][left]
    return len(below)


def _filled(cells: Iterable[Any]) -> bool:
    return any(cell != "" for cell in cells)


def _rows(lines: Cells, top: int, columns: list[str], counted: Counter[str]) -> Iterator[Row]:
    for number, cells in enumerate(lines[top + 1 :], top + 2):
        if not _filled(cells):
            counted["row(s) of empty cells left out"] += 1
            continue
        yield Row(number, dict(zip(columns, cells, strict=False)), "", tuple(cells))
