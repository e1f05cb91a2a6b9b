"""The table in the terminal, and docs/benchmarks.md."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.result import Result
from cartolearn.files import write_text

COLUMNS = ("row", "ours", "reference", "ratio", "target", "verdict", "clock", "load")
BUSY = 2.0
EXPECTED = (
    "train trec", "train agnews", "data_map trec", "pass", "dropout", "run trec random",
    "run trec cal", "run trec dal", "run agnews random", "run agnews cal", "run agnews dal", "grid",
    "first_step", "help", "memory run", "memory entropy", "memory bald", "memory cal",
    "growth scoring", "growth training", "growth fasttext", "threads",
)  # fmt: skip

HEAD = """# Benchmarks

Written by `python -m benchmarks`, from the measurements in `docs/benchmarks.json`.
`python -m benchmarks ROW ...` measures single rows again; `--quick` is a smoke test of the
benchmark itself. A reference is measured in the same run as ours, in turns; figures are medians.
Ratios tell more than seconds: they hold on other machines too.
"""


def cells(one: Result) -> tuple[str, ...]:
    """Return the table's cells."""
    measured = (f"{number:.3g} {one.unit}" if number < 1000 else f"{number:,.0f} {one.unit}"
                for number in (one.ours, one.reference))  # fmt: skip
    return (
        one.row,
        *measured,
        f"{one.ratio:.2f}",
        one.target_text,
        one.verdict,
        one.clock,
        f"{one.load:.1f}",
    )


def show(results: Iterable[Result]) -> None:
    """Print the table."""
    table = Table(*COLUMNS)
    for one in results:
        table.add_row(*cells(one), style="red" if one.verdict == "MISSED" else "")
    Console(width=120).print(table)


def write_document(path: Path, results: list[Result], machine: dict[str, str], text: str) -> None:
    """Write the document: machine, table, what falls short, what each row is, figure, ``text``."""
    parts = [HEAD, _machine(results, machine), _table(results), _short(results), _rows(results)]
    parts.append("## Growth\n\n![growth](images/growth.png)\n")
    write_text(path, "\n".join([*parts, text]))


def _machine(results: list[Result], machine: dict[str, str]) -> str:
    lines = [f"- {name}: {value}" for name, value in machine.items()]
    loads = [one.load for one in results]
    if max(loads, default=0) > BUSY:
        lines.append(
            f"- The machine was shared: when the rows began, its 1-minute load was between"
            f" {min(loads):.1f} and {max(loads):.1f}. Seconds are then too long, and ratios noisy."
        )
    return "\n".join(["## Machine", "", *lines, ""])


def _table(results: list[Result]) -> str:
    head = [" | ".join(("", *COLUMNS, "")).strip(), "|" + " --- |" * len(COLUMNS)]
    lines = ["| " + " | ".join(cells(one)) + " |" for one in results]
    return "\n".join(["## Results", "", *head, *lines, ""])


def _short(results: list[Result]) -> str:
    missed = [one for one in results if one.verdict == "MISSED"]
    lines = [
        f"- `{one.row}`: {one.value:.3g} where the target is {one.target_text}" for one in missed
    ]
    absent = [f"`{row}`" for row in EXPECTED if row not in {one.row for one in results}]
    if absent:
        lines.append(f"- Not measured yet: {', '.join(absent)}")
    return "\n".join(["## What falls short", "", *(lines or ["Nothing in this run."]), ""])


def _rows(results: list[Result]) -> str:
    lines = []
    for one in results:
        times = "" if one.repetitions == 1 else f" Median of {one.repetitions}."
        notes = "".join(f" {note[0].upper()}{note[1:]}." for note in one.notes)
        lines.append(f"- `{one.row}`: ours and reference are {one.what}.{times}{notes}")
    return "\n".join(["## What each row is", "", *lines, ""])
