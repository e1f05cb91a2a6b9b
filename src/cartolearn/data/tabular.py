"""Anybody's own labelled texts: CSV, TSV, JSON Lines or Parquet."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cartolearn.config.types import Size
from cartolearn.data.assemble import HeldOutShare, hold_out, train_and_test
from cartolearn.data.checks import check_labels, check_texts
from cartolearn.data.dataset import Dataset
from cartolearn.data.delimited import read_header, read_table
from cartolearn.data.jsonlines import read_jsonlines
from cartolearn.data.parquet import read_parquet
from cartolearn.data.table import Table, column_index
from cartolearn.errors import InputError

log = logging.getLogger(__name__)

ENDINGS = ".csv, .tsv, .jsonl, .ndjson, .parquet"


@dataclass(frozen=True)
class Tabular:
    """One row a text. Labels of any scalar type become strings, the names of the classes.

    Classes are sorted by value if all labels are whole numbers, else by their characters.

    Attributes:
        train: File with the texts; its ending says what it is (.csv, .tsv, .jsonl, .ndjson,
            .parquet). CSV and TSV have a header and are UTF-8.
        text: Column of the text.
        label: Column of the label.
        test: File with the test rows; without it ``test_share`` of ``train`` is held out.
        test_share: Share of the rows held out at random; at least one row of every class stays.
        split_seed: Which rows these are; the same in every run, whatever the run's seed.
        empty_texts: "error" stops at a text of nothing but white space, "keep" keeps it.
    """

    train: str
    text: str = "text"
    label: str = "label"
    test: str | None = None
    test_share: HeldOutShare = 0.2
    split_seed: Size = 0
    empty_texts: Literal["error", "keep"] = "error"

    def load(self) -> Dataset:
        """Read the file or files; ids count the rows of ``train`` from 0, then those of ``test``.

        Raises:
            InputError: a file cannot be read or a row in it cannot be used (file and line),
                fewer than two classes, or a label in test that train lacks.
        """
        if self.text == self.label:
            raise InputError(f"dataset.text and dataset.label are both {self.text!r}")
        train = self._read(self.train)
        if self.test is None:
            return hold_out("csv", train, self.test_share, self.split_seed)
        return train_and_test("csv", train, self._read(self.test))

    def _read(self, name: str) -> Table:
        table = read(Path(name).expanduser(), self.text, self.label)
        check_labels(table)
        if self.empty_texts == "error":
            check_texts(table)
        return table


def read(path: Path, text: str, label: str) -> Table:
    """Read two columns of a file in the format that its ending names."""
    match path.suffix.lower():
        case ".csv":
            return _read_delimited(path, text, label, ",")
        case ".tsv":
            return _read_delimited(path, text, label, "\t")
        case ".jsonl" | ".ndjson":
            return read_jsonlines(path, text, label)
        case ".parquet":
            return read_parquet(path, text, label)
    raise InputError(f"{path}: its format is told by its ending, one of {ENDINGS}")


def _read_delimited(path: Path, text: str, label: str, sep: str) -> Table:
    header = read_header(path, sep)
    picked = column_index(path, header, text), column_index(path, header, label)
    return read_table(path, *picked, len(header), sep=sep)
