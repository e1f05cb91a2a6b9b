"""Joining tables of two reports: rows of recipes that the new one holds replace the old ones."""

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from benchmarks.results.grid import RECIPES, place_of
from cartolearn.errors import InputError
from cartolearn.files import write_text

Pair = tuple[str, str]
Claim = tuple[str, str, str]  # its words, the dataset, the protocol
CLAIMS, PARTS = "claims.csv", "claims_parts.csv"
OTHERS = ("wrong_labels_", "progress")
ONLY_CSV = ("runs", "claims_parts", "learning_curves", "batch_statistics")


@dataclass(frozen=True)
class Written:
    """A table as the report wrote it.

    Attributes:
        header: Column names of the CSV file.
        rows: Its rows.
        lines: The same rows in Markdown; empty if it was written as CSV alone.
        before: What the Markdown has above its rows.
        after: What it has below them.
    """

    header: list[str]
    rows: list[list[str]]
    lines: list[str]
    before: list[str]
    after: list[str]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the CSV file at ``path``, and the Markdown file beside it if it is shown."""
        with path.open(newline="", encoding="utf-8") as handle:
            header, *rows = csv.reader(handle)
        if path.stem in ONLY_CSV:
            return cls(header, rows, [], [], [])
        lines = path.with_suffix(".md").read_text(encoding="utf-8").splitlines()
        start = next(place for place, line in enumerate(lines) if line.startswith("| ---")) + 1
        end = start + len(rows)
        return cls(header, rows, lines[start:end], lines[:start], lines[end:])

    def write(self, path: Path) -> None:
        """Write both files, as ``read`` takes them; a table without rows has none."""
        if not self.rows:
            path.unlink(missing_ok=True)
            path.with_suffix(".md").unlink(missing_ok=True)
            return
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.header, *self.rows])
        write_text(path, text.getvalue())
        if self.lines:
            page = [*self.before, *self.lines, *self.after]
            write_text(path.with_suffix(".md"), "\n".join(page) + "\n")

    def pair(self, row: list[str]) -> Pair:
        """Return the dataset and protocol that a row is about."""
        dataset = self.header.index("dataset" if "dataset" in self.header else "data")
        return row[dataset], row[self.header.index("protocol")]

    def claims(self) -> list[Claim]:
        """Return the claim that each row is about."""
        return [(row[0], *self.pair(row)) for row in self.rows]

    def taken(self, places: Collection[int]) -> Self:
        """Return the table with the rows at ``places`` alone, in their order."""
        lines = [self.lines[place] for place in places] if self.lines else []
        return replace(self, rows=[self.rows[place] for place in places], lines=lines)


def merged_tables(results: Path, report: Path, pairs: Collection[Pair]) -> dict[str, Written]:
    """Return the tables over all recipes, by file name.

    Of recipes that are not the paper's only claims are kept of which every part has runs.

    Args:
        results: Tables of earlier reports; rows about ``pairs`` are left out.
        report: The new tables.
        pairs: The datasets and protocols of ``report``.

    Raises:
        InputError: a table's columns differ.
    """
    found: dict[str, Written] = {}
    for path in sorted(results.glob("*.csv")):
        if not path.name.startswith(OTHERS):
            table = Written.read(path)
            found[path.name] = table.taken(
                [place for place, row in enumerate(table.rows) if table.pair(row) not in pairs]
            )
    for path in sorted(report.glob("*.csv")):
        new = Written.read(path)
        found[path.name] = joined(found.get(path.name, new.taken([])), new)
    skipped = (
        {claim for claim in unjudged(found[PARTS]) if claim[2] not in RECIPES}
        if PARTS in found
        else set()
    )
    for name in (CLAIMS, PARTS) if skipped else ():
        told = found[name].claims()
        found[name] = found[name].taken([n for n, one in enumerate(told) if one not in skipped])
    return found


def unjudged(parts: Written) -> set[Claim]:
    """Return the claims of which a part has no runs."""
    seeds = parts.header.index("seeds")
    both = zip(parts.claims(), parts.rows, strict=True)
    return {claim for claim, row in both if row[seeds] == "0"}


def joined(kept: Written, new: Written) -> Written:
    """Put the rows of two tables in the order of claims, if any, and of the paper's recipes.

    Raises:
        InputError: their columns differ.
    """
    if kept.header != new.header:
        raise InputError(
            f"the columns {', '.join(new.header)} are not those of the earlier report,"
            f" {', '.join(kept.header)}; make one report of all runs"
        )
    both = replace(new, rows=kept.rows + new.rows, lines=kept.lines + new.lines)
    claims = [row[0] for row in both.rows] if both.header[0] == "claim" else []

    def order(place: int) -> tuple[int, tuple[int, Pair]]:
        row = both.rows[place]
        return claims.index(row[0]) if claims else 0, place_of(both.pair(row))

    return both.taken(sorted(range(len(both.rows)), key=order))
