"""From checked tables to a Dataset: label names, integer labels and stable row ids."""

import logging
import re
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from cartolearn.data.checks import check_classes, check_known_labels, check_rows
from cartolearn.data.dataset import Dataset
from cartolearn.data.table import Table
from cartolearn.errors import InputError

log = logging.getLogger(__name__)

HeldOutShare = Annotated[float, Field(gt=0, lt=1)]

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


def train_and_test(
    name: str, train: Table, test: Table, label_names: tuple[str, ...] | None = None
) -> Dataset:
    """Join two tables: ids 0..N-1 are the rows of ``train`` in order, then those of ``test``.

    Args:
        name: Name of the dataset.
        train: N rows.
        test: M rows.
        label_names: Order of the classes; sorted names of the training rows if not given.

    Raises:
        InputError: an empty table, fewer than two classes, or a test label unknown to train.
    """
    check_rows(train)
    check_rows(test)
    check_classes(train)
    check_known_labels(train, test)
    names = label_names or sorted_names(train.labels)
    labels = _encoded(train.labels + test.labels, names)
    ids = np.arange(len(labels), dtype=np.int64)
    n = len(train.texts)
    return Dataset(name, train.texts + test.texts, labels, names, ids[:n], ids[n:])


def hold_out(name: str, table: Table, share: float, seed: int) -> Dataset:
    """Keep ``share`` of the rows apart for testing; an id is a row of the file, from 0.

    The rows are drawn at random by ``seed``, except that one row of each class, drawn too,
    stays in train: a class that only the test rows have could never be learned.

    Raises:
        InputError: no row, fewer than two classes, or too few rows to hold any out.
    """
    check_rows(table)
    check_classes(table)
    names = sorted_names(table.labels)
    labels = _encoded(table.labels, names)
    test = _drawn(labels, share, seed)
    if not len(test):
        raise InputError(
            f"{table.path}: {len(labels)} row(s) of {len(names)} classes are too few to hold "
            f"out a share of {share:g}; give a test file or more rows"
        )
    train = np.setdiff1d(np.arange(len(labels), dtype=np.int64), test)
    return Dataset(name, table.texts, labels, names, train, test)


def sorted_names(labels: list[str]) -> tuple[str, ...]:
    """Distinct labels in order: by value if all are whole numbers, else by their characters."""
    names = set(labels)
    if all(map(_WHOLE_NUMBER.fullmatch, names)):
        return tuple(sorted(names, key=lambda label: (int(label), label)))
    return tuple(sorted(names))


def _encoded(labels: list[str], names: tuple[str, ...]) -> NDArray[np.int64]:
    index = {label: number for number, label in enumerate(names)}
    return np.fromiter(map(index.__getitem__, labels), dtype=np.int64, count=len(labels))


def _drawn(labels: NDArray[np.int64], share: float, seed: int) -> NDArray[np.int64]:
    wanted = round(share * len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    first_of_class = np.unique(labels[order], return_index=True)[1]
    free = np.delete(order, first_of_class)
    if len(free) < wanted:
        log.warning("%d rows held out instead of %d: a row a class stays", len(free), wanted)
    return np.sort(free[:wanted]).astype(np.int64)
