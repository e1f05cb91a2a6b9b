"""A report from its command's options to what the terminal shows."""

import argparse
import sys
from pathlib import Path

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cartolearn.report.export import to_terminal
from cartolearn.report.make import Results, all_tables, read_results, write_figures, write_tables
from cartolearn.report.table import Table
from cartolearn.terminal import Terminal

WIDTH = 160


def report(options: argparse.Namespace) -> None:
    """Read, compute, write and show."""
    console = Terminal() if sys.stdout.isatty() else Terminal(width=WIDTH)
    out = options.out or options.folders[0] / "report"
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Terminal(stderr=True), transient=True) as progress:
        task = progress.add_task("reading runs")
        results = read_results(options.folders)
        progress.update(task, description="computing tables")
        tables = all_tables(results, options.scores)
        written = write_tables(tables, out)
        if not options.no_figures:
            for path in write_figures(results, options.scores, out):
                progress.update(task, description=f"drawing {path.stem}")
                written.append(path)
        if options.html:
            from cartolearn.report.html.page import write_page

            progress.update(task, description="writing report.html")
            written.append(write_page(results, tables, out / "report.html"))
    show(console, results, tables, written, out)


def show(
    console: Terminal,
    results: Results,
    tables: dict[str, list[Table]],
    written: list[Path],
    out: Path,
) -> None:
    """Print the tables, then what was left out and where the files are."""
    for members in (*list(tables.values())[1:], tables[""]):
        for table in members:
            if table.shown:
                console.print(to_terminal(table))
                console.print()
    for line in results.left_out:
        console.print(f"left out: {line}", soft_wrap=True)
    console.print(f"{len(written)} files in {out}", soft_wrap=True)
