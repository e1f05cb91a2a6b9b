"""An account in sentences and tables: told once, for the terminal and for a page."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """A table of words.

    Attributes:
        columns: Names of the columns.
        rows: Their cells.
        name: What it shows, for who cannot see it.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    name: str = ""


Account = list[str | Grid]


@dataclass(frozen=True)
class Report:
    """How far something got.

    Attributes:
        verdict: What follows.
        figures: What was measured.
    """

    verdict: Account
    figures: Account
