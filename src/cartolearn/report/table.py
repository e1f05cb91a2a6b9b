"""A table of results, apart from how it is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan

from cartolearn.statistics.intervals import Estimate

Cell = str | int | float | Estimate | None


@dataclass(frozen=True)
class Table:
    """Rows of cells under named columns.

    Attributes:
        name: File name without ending.
        title: One line above the table.
        columns: Column names.
        rows: One cell a column; None where there is nothing to say.
        note: What a reader has to know: seeds, intervals, baseline, rows of the data.
        digits: Decimal places by column; 3 for the others.
        shown: Whether the terminal shows it; long ones are only written to files.
    """

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    digits: Mapping[str, int] = field(default_factory=dict)
    shown: bool = True

    def text(self, column: str, cell: Cell) -> str:
        """Return a cell as a person reads it: ``0.512 [0.498, 0.531]`` for an estimate."""
        places = self.digits.get(column, 3)
        if isinstance(cell, Estimate):
            value = _number(cell.value, places)
            if isnan(cell.low):
                return value
            return f"{value} [{_number(cell.low, places)}, {_number(cell.high, places)}]"
        if isinstance(cell, float):
            return _number(cell, places)
        return f"{cell:,}" if isinstance(cell, int) else cell or ""

    def texts(self) -> list[list[str]]:
        """Return all cells as text."""
        return [
            [self.text(column, cell) for column, cell in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]


def _number(value: float, places: int) -> str:
    if isnan(value):
        return ""
    text = f"{value:,.{places}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text
