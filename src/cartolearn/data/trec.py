"""TREC question classification (Li and Roth, 2002): 5,452 training and 500 test questions."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cartolearn.config.types import Size
from cartolearn.data.assemble import train_and_test, with_more_test
from cartolearn.data.checks import check_texts
from cartolearn.data.dataset import Dataset
from cartolearn.data.fetch import fetch
from cartolearn.data.official import check_ended, folder_of, official
from cartolearn.data.table import Table, place, readable
from cartolearn.errors import InputError

_SOURCE = "https://cogcomp.seas.upenn.edu/Data/QA/QC"
TRAIN = official(
    "trec",
    f"{_SOURCE}/train_5500.label",
    "sha256:9e4c8bdcaffb96ed61041bd64b564183d52793a8e91d84fc3a8646885f466ec3",
)
TEST = official(
    "trec",
    f"{_SOURCE}/TREC_10.label",
    "sha256:033f22c028c2bbba9ca682f68ffe204dc1aa6e1cf35dd6207f2d4ca67f0d0e8e",
)

_ROW = re.compile(r"(([A-Za-z]\w*):\S+)(?: (.*))?", re.ASCII)


@dataclass(frozen=True)
class Trec:
    """Six coarse classes or fifty fine ones, and questions as they stand in the file: tokenised.

    Attributes:
        data_dir: Folder that holds ``trec/train_5500.label`` and ``trec/TREC_10.label``.
        cache_dir: Where they are fetched to when there is no ``data_dir``.
        classes: "coarse", e.g. NUM, or "fine", e.g. NUM:dist.
        more_test: So many training rows, the same in every run, join the test rows.
    """

    data_dir: str | None
    cache_dir: str
    classes: Literal["coarse", "fine"] = "coarse"
    more_test: Size = 0

    def load(self) -> Dataset:
        """Read both files, fetching what is missing; ids count lines of train, then of test.

        Raises:
            InputError: A file cannot be had or read, is cut short, or has a malformed row.
        """
        folder = folder_of(self.data_dir, self.cache_dir, "trec")
        fine = self.classes == "fine"
        train, test = (_read(fetch(file, folder), fine) for file in (TRAIN, TEST))
        data = train_and_test("trec50" if fine else "trec", train, test)
        return with_more_test(data, self.more_test)


def _read(path: Path, fine: bool) -> Table:
    check_ended(path)
    with readable(path), path.open(encoding="latin-1") as stream:
        rows = [(number, line) for number, line in enumerate(stream, 1) if line.strip()]
    pairs = [_parse(path, number, line, fine) for number, line in rows]
    table = Table(
        path, [text for _, text in pairs], [label for label, _ in pairs], [n for n, _ in rows]
    )
    check_texts(table)
    return table


def _parse(path: Path, number: int, line: str, fine: bool) -> tuple[str, str]:
    row = _ROW.fullmatch(line.removesuffix("\n"))
    if row is None:
        raise InputError(
            f"{place(path, number)}: malformed row {line.strip()[:60]!r}; expected a question "
            "after its class, as in 'NUM:dist How far is it from Denver to Aspen ?'"
        )
    return row[1 if fine else 2], row[3] or ""
