"""Which columns a file has: one spelling of their names, also where only upper case differs."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from cartolearn.data.canonical import canonical_name
from cartolearn.data.reading.nested import MOST, names_in
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import column_index

TOP = 30  # rows among which the header is


def columns_named(header: Iterable[object], names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the names of columns in canonical spelling, and what was assumed of them.

    A column that is spelled as one of ``names`` but for upper and lower case, as no other column
    is, gets that name, unless a column has it already.

    Args:
        header: The names as they stand in the file.
        names: Columns that are looked for.
    """
    columns = [canonical_name(cell) or "" for cell in header]
    looked_for = sorted(set(names))
    assumed = []
    for name in looked_for:
        alike = [c for c in columns if _folded(c) == _folded(name) and c not in looked_for]
        if name not in columns and len(alike) == 1:
            columns[columns.index(alike[0])] = name
            assumed.append(f"column {alike[0]} taken for {name}")
    return columns, assumed


def header_place(rows: Iterable[Sequence[object]], wanted: Collection[str]) -> int | None:
    """Return the position of the row that names the columns; None if all rows are blank.

    It is the first that isn't blank; or, where that lacks a column that is wanted, one of the next
    that has them all and more cells than any row above, as below a title.
    """
    first, widest = None, 0
    for number, cells in enumerate(islice(rows, TOP)):
        filled = sum(cell not in ("", None) for cell in cells)
        if not filled:
            continue
        first = number if first is None else first
        if filled > widest and set(wanted) <= set(columns_named(cells, wanted)[0]):
            return number
        widest = max(widest, filled)
    return first


def above(rows: int) -> list[str]:
    """Return what to say of rows above the header."""
    return [f"{rows} line(s) above the header left out"] if rows else []


def having(rows: Rows, wanted: Collection[str], advice: str = "") -> Rows:
    """Return the rows of a file that has to have some columns, once each.

    Where each row has names of its own, one row at least has to have a column; whether any has is
    told after the last. In exports of labelling tools texts may lack an answer.

    Raises:
        InputError: A column is missing (the nearest name is given), or there twice.
    """
    if rows.columns is not None:
        for name in wanted:
            column_index(rows.path, rows.columns, name, advice)
        return rows
    return rows if rows.export else replace(rows, rows=_having(rows, set(wanted), advice))


def _having(rows: Rows, missed: set[str], advice: str) -> Iterator[Row]:
    names: dict[str, None] = {}
    for row in rows.rows:
        if missed:
            missed.difference_update(row.values)
            names |= dict.fromkeys(names_in(row.values) if missed and len(names) < MOST else ())
        yield row
    for name in sorted(missed if names else ()):
        column_index(rows.path, list(names), name, advice)


def place_named(header: Iterable[object], name: str) -> int | None:
    """Return the position of the column that a name means; None if no one column can be meant."""
    columns, _ = columns_named(header, [name])
    return columns.index(name) if columns.count(name) == 1 else None


def _folded(name: str) -> str:
    return (canonical_name(name) or "").casefold()
