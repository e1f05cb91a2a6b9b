"""``python -m benchmarks.results REPORT_FOLDER``: fill docs/results/ and RESULTS.md."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.results.add import add
from benchmarks.results.collect import collect
from benchmarks.results.render import render
from cartolearn.config.cli import guarded
from cartolearn.errors import InputError
from cartolearn.files import write_text

BEGIN, END = "<!-- begin: measured -->\n", "<!-- end: measured -->\n"
LINK = "docs/results"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code, 2 for input that cannot be used."""
    return guarded(partial(fill, parser().parse_args(arguments)), "results")


def fill(options: argparse.Namespace) -> None:
    """Collect the report's files and write the page anew."""
    results, page = options.project / LINK, options.project / "RESULTS.md"
    if options.add:
        add(options.report, results)
    else:
        collect(options.report, options.wrong_labels, results)
    write_text(page, filled(page.read_text(encoding="utf-8"), render(results, LINK)))


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.results", description=__doc__)
    made.add_argument("report", type=Path, help="what cartolearn report wrote")
    made.add_argument(
        "--wrong-labels", nargs="*", type=Path, default=[], metavar="FOLDER",
        help="where cartolearn wrong-labels wrote; without it those tables stay as they are",
    )  # fmt: skip
    made.add_argument(
        "--add", action="store_true",
        help="only add what the page lacks of these runs, which it tells of already",
    )  # fmt: skip
    made.add_argument(
        "--project", type=Path, default=Path(), help="where RESULTS.md is (default .)"
    )
    return made


def filled(page: str, part: str) -> str:
    """Return the page with ``part`` between its marks.

    Raises:
        InputError: The page lacks a mark.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"RESULTS.md lacks the line {(END if begin else BEGIN).strip()}")
    return f"{before}{begin}\n{part}\n{end}{after}"


if __name__ == "__main__":
    sys.exit(main())
