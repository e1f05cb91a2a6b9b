"""Which columns a file has: one spelling of their names, also where only upper case differs."""

from collections.abc import Iterable

from cartolearn.data.canonical import canonical_name


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


def place_named(header: Iterable[object], name: str) -> int | None:
    """Return the position of the column that a name means; None if no one column can be meant."""
    columns, _ = columns_named(header, [name])
    return columns.index(name) if columns.count(name) == 1 else None


def _folded(name: str) -> str:
    return (canonical_name(name) or "").casefold()
