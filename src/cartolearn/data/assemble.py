"""From checked tables to a Dataset: label names, integer labels and stable row ids."""

import logging
import re
from dataclasses import replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from cartolearn.data.checks import check_classes, check_known_labels, check_rows
from cartolearn.data.dataset import Dataset
from cartolearn.data.table import Table
from cartolearn.errors import InputError
from cartolearn.text import shown

log = logging.getLogger(__name__)

SHOWN = 5

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
        InputError: An empty table, fewer than two classes, or a test label unknown to train.
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

    Every class gives its share, drawn at random by ``seed``: at least one row of every class stays
    in train, and one is held out of every class that has two, as far as the share goes. Classes
    without a test row are named in the log.

    Raises:
        InputError: No row, fewer than two classes, or too few rows to hold any out.
    """
    check_rows(table)
    check_classes(table)
    names = sorted_names(table.labels)
    labels = _encoded(table.labels, names)
    test = _drawn(labels, share, seed, names)
    if not len(test):
        raise InputError(
            f"{table.path}: {len(labels)} row(s) of {len(names)} classes are too few to hold "
            f"out a share of {share:g}; give a test file or more rows"
        )
    train = np.setdiff1d(np.arange(len(labels), dtype=np.int64), test)
    return Dataset(name, table.texts, labels, names, train, test)


def with_more_test(data: Dataset, rows: int) -> Dataset:
    """Move ``rows`` training rows, drawn at random and always the same, to the test rows.

    Raises:
        InputError: There are no more training rows than that.
    """
    if not rows:
        return data
    if rows >= len(data.train_ids):
        raise InputError(
            f"dataset.more_test={rows}: {data.name} has {len(data.train_ids)} training rows;"
            " leave some to learn from"
        )
    moved = np.random.default_rng(0).permutation(data.train_ids)[:rows]
    return replace(
        data,
        train_ids=np.setdiff1d(data.train_ids, moved),
        test_ids=np.sort(np.concatenate([moved, data.test_ids])),
    )


def sorted_names(labels: list[str]) -> tuple[str, ...]:
    """Return distinct labels in order: by value if all are whole numbers, else by characters."""
    names = set(labels)
    if all(map(_WHOLE_NUMBER.fullmatch, names)):
        return tuple(sorted(names, key=lambda label: (int(label), label)))
    return tuple(sorted(names))


def _encoded(labels: list[str], names: tuple[str, ...]) -> NDArray[np.int64]:
    index = {label: number for number, label in enumerate(names)}
    return np.fromiter(map(index.__getitem__, labels), dtype=np.int64, count=len(labels))


def _drawn(
    labels: NDArray[np.int64], share: float, seed: int, names: tuple[str, ...]
) -> NDArray[np.int64]:
    """Return the ids to hold out, int64, ascending: ``_shares`` rows of each class."""
    held_out = _shares(np.bincount(labels, minlength=len(names)), share)
    order = np.random.default_rng(seed).permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    starts = np.searchsorted(labels[by_class], np.arange(len(names)))
    rank = np.arange(len(labels)) - starts[labels[by_class]]
    if held_out.sum() < (wanted := round(share * len(labels))):
        log.warning("%d rows held out instead of %d: a row a class stays", held_out.sum(), wanted)
    without = [names[c] for c in np.flatnonzero(held_out == 0)]
    if without and held_out.any():
        listed = ", ".join(map(shown, without[:SHOWN])) + (", ..." if len(without) > SHOWN else "")
        log.warning("%d class(es) have no test row: %s", len(without), listed)
    return np.sort(by_class[rank < held_out[labels[by_class]]]).astype(np.int64)


def _shares(counts: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """Return how many rows to hold out of each class, int64 [C]; in all, the share of the rows.

    Classes get the whole part of their share, then those with two rows and none yet one each, then
    those with the largest remainder; one row of each class is never held out.
    """
    wanted = round(share * counts.sum())
    held_out = np.minimum(np.floor(share * counts).astype(np.int64), np.maximum(counts - 1, 0))
    left = share * counts - held_out
    first = np.lexsort((-left, held_out > 0))
    free = first[counts[first] - 1 > held_out[first]]
    held_out[free[: max(wanted - held_out.sum(), 0)]] += 1
    return held_out
