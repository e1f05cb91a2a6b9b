"""Tables as CSV, Markdown, LaTeX, and for the terminal."""

import csv
import io
from collections.abc import Sequence
from math import isnan
from pathlib import Path

from rich.table import Table as RichTable
from rich.text import Text

from cartolearn.files import write_text
from cartolearn.report.table import Cell, Table
from cartolearn.spreadsheet import guarded_cell
from cartolearn.statistics.intervals import Estimate

LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip


def write_table(table: Table, folder: Path) -> list[Path]:
    """Write ``table`` as .csv, .md and .tex; return the paths."""
    written = []
    for ending, render in (("csv", to_csv), ("md", to_markdown), ("tex", to_latex)):
        path = folder / f"{table.name}.{ending}"
        write_text(path, render(table))
        written.append(path)
    return written


def to_csv(table: Table) -> str:
    """Return full-precision numbers; an estimate takes three columns. Texts can be no formula.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    estimates = [_holds_estimate(table, k) for k in range(len(table.columns))]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        guarded_cell(name)
        for column, wide in zip(table.columns, estimates, strict=True)
        for name in ([column, f"{column} low", f"{column} high"] if wide else [column])
    )
    for row in table.rows:
        writer.writerow(
            value
            for cell, wide in zip(row, estimates, strict=True)
            for value in _csv_values(cell, wide=wide)
        )
    return text.getvalue()


def _holds_estimate(table: Table, column: int) -> bool:
    return any(isinstance(row[column], Estimate) for row in table.rows)


def _csv_values(cell: Cell, *, wide: bool) -> Sequence[object]:
    if isinstance(cell, Estimate):
        return [_plain(cell.value), _plain(cell.low), _plain(cell.high)]
    value = guarded_cell(cell) if isinstance(cell, str) else _plain(cell)
    return [value, "", ""] if wide else [value]


def _plain(value: float | int | None) -> object:
    return "" if value is None or isnan(value) else value


def to_markdown(table: Table) -> str:
    """Return a GitHub table with title and note."""
    lines = [f"### {_markdown(table.title)}", "", _markdown_row(table.columns)]
    lines.append(_markdown_row(["---", *["---:"] * (len(table.columns) - 1)]))
    lines += [_markdown_row([_markdown(text) for text in row]) for row in table.texts()]
    return "\n".join([*lines, "", _markdown(table.note), ""])


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _markdown(text: str) -> str:
    for mark in "\\|*_<>`":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", " ")


def to_latex(table: Table) -> str:
    """Return a table environment that needs only the booktabs package."""
    head = " & ".join(map(_latex, table.columns))
    body = [" & ".join(map(_latex, row)) + r" \\" for row in table.texts()]
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_latex(f'{table.title}. {table.note}')}}}",
        rf"\label{{tab:{table.name}}}",
        rf"\begin{{tabular}}{{l{'r' * (len(table.columns) - 1)}}}",
        r"\toprule",
        head + r" \\",
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _latex(text: str) -> str:
    return "".join(LATEX.get(character, character) for character in text.replace("\n", " "))


def to_terminal(table: Table) -> RichTable:
    """Return a table for rich's console; texts are shown as they are, never as markup."""
    view = RichTable(title=Text(table.title), caption=Text(table.note), title_justify="left")
    view.caption_justify = "left"
    for place, column in enumerate(table.columns):
        view.add_column(Text(column), justify="right" if place else "left", overflow="fold")
    for row in table.texts():
        view.add_row(*map(Text, row))
    return view
