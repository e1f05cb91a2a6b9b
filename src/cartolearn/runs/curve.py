"""Reading rounds.csv: the columns that every run has, and those that some have."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from sys import float_info

import numpy as np
from numpy.typing import NDArray

from cartolearn.errors import InputError

Floats = NDArray[np.float64]
SHARES = ("accuracy", "macro_f1")
BINARY = "_binary_"
SUCCESSOR = ("successor_accuracy", "successor_macro_f1", "successor_seconds")
CURVE = ("labelled", "accuracy", "macro_f1", "train_seconds", "score_seconds", "seconds")


def read_curve(path: Path) -> dict[str, Floats]:
    """Read the columns ``CURVE`` of a rounds.csv, float64 [R + 1] each.

    Raises:
        InputError: A column is missing, a cell is no number or out of its range, or the labels do
            not grow; names file and line.
    """
    try:
        with path.open(newline="", encoding="utf-8") as handle:
            reader = csv.DictReader(handle)
            missing = set(CURVE) - set(reader.fieldnames or ())
            if missing:
                raise InputError(f"{path} has no column {min(missing)!r}")
            rows = list(_numbers(reader, path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if not rows:
        raise InputError(f"{path} has no rows")
    return {name: np.array([row[name] for row in rows], dtype=np.float64) for name in CURVE}


def read_measured(path: Path, wanted: Callable[[str], bool]) -> dict[str, Floats]:
    """Read those columns of a rounds.csv that ``wanted`` says, float64 [R + 1] each.

    Raises:
        InputError: A cell is neither empty, which is NaN, nor a share (or a number of seconds).
    """
    with path.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    try:
        found = {
            name: np.array([float(row[name] or "nan") for row in rows])
            for name in rows[0]
            if wanted(name)
        }
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: {error}") from error
    for name, values in found.items():
        most = float_info.max if name.endswith("seconds") else 1
        if np.any((values < 0) | (values > most)):
            raise InputError(f"{path}: {name} holds what it cannot be")
    return found


def _numbers(reader: "csv.DictReader[str]", path: Path) -> Iterator[dict[str, float]]:
    labelled = 0.0
    for row in reader:
        try:
            values = {name: float(row[name]) for name in CURVE}
        except (TypeError, ValueError) as error:
            raise InputError(f"{path}, line {reader.line_num}: {error}") from error
        for name, value in values.items():
            if not 0 <= value <= (1 if name in SHARES else float_info.max):  # nor NaN
                raise InputError(f"{path}, line {reader.line_num}: {name} cannot be {value}")
        if values["labelled"] < labelled:
            raise InputError(f"{path}, line {reader.line_num}: fewer labels than a round before")
        labelled = values["labelled"]
        yield values
