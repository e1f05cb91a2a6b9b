"""AG's News (Zhang et al., 2015): 120,000 training and 7,600 test articles of four topics."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cartolearn.data.assemble import train_and_test
from cartolearn.data.checks import check_texts
from cartolearn.data.dataset import Dataset
from cartolearn.data.delimited import rows
from cartolearn.data.fetch import fetch
from cartolearn.data.official import check_ended, folder_of, official
from cartolearn.data.table import Table, place
from cartolearn.errors import InputError

log = logging.getLogger(__name__)

Columns = Literal["description", "title_and_description"]

_SOURCE = "https://raw.githubusercontent.com/mhjabreel/CharCnn_Keras/master/data/ag_news_csv"
TRAIN = official("agnews", f"{_SOURCE}/train.csv", "md5:b1a00f826fdfbd249f79597b59e1dc12")
TEST = official("agnews", f"{_SOURCE}/test.csv", "md5:d52ea96a97a2d943681189a97654912d")

CLASSES = {"1": "World", "2": "Sports", "3": "Business", "4": "Sci/Tech"}


@dataclass(frozen=True)
class AGNews:
    """The four topics in the order of their numbers, and articles as they stand in the file.

    A backslash in a text stands where a line was broken; it is left there.

    Attributes:
        data_dir: Folder that holds ``agnews/train.csv`` and ``agnews/test.csv``.
        cache_dir: Where they are fetched to when there is no ``data_dir``.
        columns: The description alone, as the paper's code reads it, or the title before it.
            Where the description is empty the title stands in for it, and the log says how often.
    """

    data_dir: str | None
    cache_dir: str
    columns: Columns = "description"

    def load(self) -> Dataset:
        """Read both files, fetching what is missing; ids count rows of train, then of test.

        Raises:
            InputError: A file cannot be had or read, is cut short, or has a malformed row.
        """
        folder = folder_of(self.data_dir, self.cache_dir, "agnews")
        train = _read(fetch(TRAIN, folder), self.columns)
        test = _read(fetch(TEST, folder), self.columns)
        present = set(train.labels)
        names = tuple(name for name in CLASSES.values() if name in present)
        return train_and_test("agnews", train, test, names)


def _read(path: Path, columns: Columns) -> Table:
    check_ended(path)
    table = Table(path, [], labels := [], places := [])
    without_description = 0
    for line, (number, title, description) in rows(path, width=3, header=False):
        if number not in CLASSES:
            raise InputError(f"{place(path, line)}: class {number!r} is not one of 1, 2, 3, 4")
        without_description += not description.strip()
        table.texts.append(_text(title, description, columns))
        labels.append(CLASSES[number])
        places.append(line)
    if without_description:
        log.warning("%s: %d empty descriptions, title used", path, without_description)
    check_texts(table)
    return table


def _text(title: str, description: str, columns: Columns) -> str:
    if not description.strip():
        return title
    if columns == "description" or not title.strip():
        return description
    return f"{title} {description}"
