"""What every format becomes: rows with their places, and what was assumed on the way."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One row as it stands in the file, before anything is made of its values.

    Attributes:
        place: Where it begins, counted from 1. An export of several answers to one text gives a
            row for each, with the same place.
        values: Cells by column; a column that the row lacks is not in it.
        problem: Why it is malformed; empty if it is fine.
        cells: The cells in order, where the format has such an order; as they stand there.
        by: Who gave the label, where an export of a labelling tool tells it.
    """

    place: int
    values: Mapping[str, Any]
    problem: str = ""
    cells: tuple[Any, ...] = ()
    by: str = ""


@dataclass
class Rows:
    """An open file: its columns at once, its rows as they are asked for.

    Attributes:
        path: The file.
        columns: Names of the columns, or None where each row has names of its own.
        rows: The rows, one after the other, so that a large file needs little memory.
        unit: What places count: "line", "row", or "task".
        assumed: What was taken for granted in opening it, each in a few words.
        counted: What was met in the rows; complete once they are all read.
        export: Whether it is an export of a labelling tool, where texts may lack an answer.
        names: Names that occur in the first rows, where each row has names of its own.
        header: Names of the columns as they stand in the file, or None where each row has its own.
    """

    path: Path
    columns: list[str] | None
    rows: Iterator[Row]
    unit: str = "line"
    assumed: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    export: bool = False
    header: list[str] | None = None
    names: list[str] = field(default_factory=list)

    def respelled(self, what: str, cell: Any, found: str | None) -> None:
        """Count a cell that stands in the file in another spelling than its canonical one.

        Args:
            what: ``text``, ``label`` or ``id``.
            cell: As it stands in the file; only strings have a spelling of their own.
            found: How it is read; "" and None are no spelling.
        """
        if found and isinstance(cell, str) and found != cell:
            how = "" if what == "text" else "outer blanks, 1.0 as 1, True as true, ['a'] as a, "
            self.counted[f"{what}(s) respelled ({how}invisible signs, Unicode NFC)"] += 1

    def notes(self) -> str:
        """Return in one line what was assumed, or "" if nothing was."""
        counts = [f"{count:,} {what}" for what, count in self.counted.items() if count]
        return "; ".join([*self.assumed, *counts])
