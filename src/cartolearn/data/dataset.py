"""A labelled text dataset: one table of rows, train and test apart by their ids."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.config.somebodys import refuse_signature
from cartolearn.errors import InputError


@dataclass(frozen=True, eq=False)
class Dataset:
    """Texts and integer labels; an id is a row's position in ``texts``, for ever.

    Attributes:
        name: Short name, as in ``dataset=trec``.
        texts: R texts, train and test rows in one table.
        labels: int64 [R], indices into ``label_names``.
        label_names: C class names.
        train_ids: int64 [N], ascending ids of the rows that may be labelled.
        test_ids: int64 [M], ascending ids of the held-out rows.
    """

    name: str
    texts: list[str]
    labels: NDArray[np.int64]
    label_names: tuple[str, ...]
    train_ids: NDArray[np.int64]
    test_ids: NDArray[np.int64]


def loaded(source: Any) -> Dataset:
    """Return what a dataset's class loads, once it is what ``Dataset`` says.

    Args:
        source: What ``conf/dataset/`` names: an object with ``load() -> Dataset``.

    Raises:
        InputError: It has no such method, or what comes back is something else.
    """
    name = f"{type(source).__module__}.{type(source).__qualname__}"
    if not callable(getattr(source, "load", None)):
        raise InputError(f"{name} is no dataset: it has no method load()")
    refuse_signature(source, "load")
    dataset = source.load()
    if not isinstance(dataset, Dataset):
        raise InputError(f"{name}.load() returns {type(dataset).__name__}, not cartolearn.Dataset")
    problem = next(filter(None, _problems(dataset)), "")
    if problem:
        raise InputError(f"{name}.load(): {problem}")
    return dataset


def _problems(dataset: Dataset) -> Iterator[str]:
    """Say what is wrong with each part, "" if nothing is; the next part rests on those before."""
    for part in ("texts", "label_names"):
        yield _no_strings(part, getattr(dataset, part))
    rows, classes = len(dataset.texts), len(dataset.label_names)
    if len(set(dataset.label_names)) < classes:
        yield "label_names holds a name twice"
    for part in ("labels", "train_ids", "test_ids"):
        values = getattr(dataset, part)
        if not (isinstance(values, np.ndarray) and values.dtype == np.int64 and values.ndim == 1):
            yield f"{part} is no one-dimensional NumPy array of int64"
        yield _outside(part, values, classes if part == "labels" else rows)
    if len(dataset.labels) != rows:
        yield f"there are {rows:,} texts and {len(dataset.labels):,} labels"
    for part in ("train_ids", "test_ids"):
        values = getattr(dataset, part)
        if not len(values):
            yield f"{part} is empty"
        if (np.diff(values) <= 0).any():
            yield f"{part} is not ascending, or holds an id twice"
    both = np.intersect1d(dataset.train_ids, dataset.test_ids, assume_unique=True)
    if len(both):
        yield f"{len(both):,} rows are in train_ids and in test_ids, such as {both[0]}"


def _no_strings(part: str, values: Any) -> str:
    if not isinstance(values, list | tuple):
        return f"{part} is no list"
    odd = next((place for place, value in enumerate(values) if not isinstance(value, str)), None)
    return "" if odd is None else f"{part}[{odd}] is {type(values[odd]).__name__}, not text"


def _outside(part: str, values: NDArray[np.int64], end: int) -> str:
    wrong = (values < 0) | (values >= end)
    if not wrong.any():
        return ""
    return f"{part} holds {values[wrong][0]}; it may hold 0 to {end - 1}"
