"""Anybody's own labelled texts, in any format that is read."""

from dataclasses import dataclass
from typing import Literal

from cartolearn.config.types import Size
from cartolearn.data.assemble import HeldOutShare, hold_out, train_and_test
from cartolearn.data.checks import check_labels, check_texts
from cartolearn.data.dataset import Dataset
from cartolearn.data.reading.reader import read
from cartolearn.data.table import Table
from cartolearn.errors import InputError
from cartolearn.files import at_home


@dataclass(frozen=True)
class Tabular:
    """One row a text. Labels of any scalar type become strings, the names of the classes.

    Classes are sorted by value if all labels are whole numbers, else by their characters.

    Attributes:
        train: File with the texts; its ending says what it is, as ``data.reading.reader`` lists.
        text: Column of the text.
        label: Column of the label.
        test: File with the test rows; without it ``test_share`` of ``train`` is held out.
        test_share: Share of the rows held out at random; at least one row of every class stays.
        split_seed: Which rows these are; the same in every run, whatever the run's seed.
        encoding: Encoding of text files; told by their bytes if None.
        empty_texts: "error" stops at a text of nothing but white space, "keep" keeps it.
    """

    train: str
    text: str = "text"
    label: str = "label"
    test: str | None = None
    test_share: HeldOutShare = 0.2
    split_seed: Size = 0
    encoding: str | None = None
    empty_texts: Literal["error", "keep"] = "error"

    def load(self) -> Dataset:
        """Read the file or files; ids count the rows of ``train`` from 0, then those of ``test``.

        Raises:
            InputError: A file cannot be read or a row in it cannot be used (file and line),
                fewer than two classes, or a label in test that train lacks.
        """
        if self.text == self.label:
            raise InputError(f"dataset.text and dataset.label are both {self.text!r}")
        train = self._read(self.train)
        if self.test is None:
            return hold_out("csv", train, self.test_share, self.split_seed)
        return train_and_test("csv", train, self._read(self.test))

    def _read(self, name: str) -> Table:
        table = read(at_home(name), self.text, self.label, encoding=self.encoding)
        check_labels(table)
        if self.empty_texts == "error":
            check_texts(table)
        return table
