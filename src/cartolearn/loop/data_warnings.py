"""What a run warns of in its data: counts, constant features, classes without a label."""

import logging
from collections.abc import Iterator

import numpy as np
import torch

from cartolearn.data.dataset import Dataset
from cartolearn.data.summary import summarise
from cartolearn.embeddings.features import ROWS
from cartolearn.loop.active_learning import Round
from cartolearn.models.protocol import Matrix
from cartolearn.text import shown

log = logging.getLogger(__name__)

SHOWN = 10


def log_data(dataset: Dataset, inputs: object) -> None:
    """Log the dataset's counts, and features float32 [R, d] that tell no text from another."""
    log.info("%s", summarise(dataset))
    if not isinstance(inputs, Matrix):
        return
    same = torch.ones(inputs.shape[1], dtype=torch.bool)
    for start in range(0, len(inputs), ROWS):
        same &= (inputs[start : start + ROWS] == inputs[:1]).all(dim=0)
    constant = int(same.sum())
    if constant:
        log.warning("%d of %d features are the same in every text", constant, inputs.shape[1])


def watched(rounds: Iterator[Round], number: int, dataset: Dataset) -> Iterator[Round]:
    """Pass the rounds on, from ``number``; log which classes have no label yet when that changes.

    Raises:
        FloatingPointError: Numbers went wrong; the message begins with the round.
    """
    absent: list[int] | None = None
    try:
        for done in rounds:
            counts = np.bincount(done.data_map.labels, minlength=len(dataset.label_names))
            before, absent = absent, np.flatnonzero(counts == 0).tolist()
            if absent != before:
                _log_absent(done.number, absent, dataset.label_names)
            number = done.number + 1
            yield done
    except FloatingPointError as error:
        raise FloatingPointError(f"round {number}: {error}") from error


def _log_absent(number: int, absent: list[int], names: tuple[str, ...]) -> None:
    if len(absent) == len(names) - 1:
        only = next(name for label, name in enumerate(names) if label not in absent)
        log.warning("round %d: all labels are of one class (%s)", number, shown(only))
    elif absent:
        missing = ", ".join(shown(names[label]) for label in absent[:SHOWN])
        rest = ", ..." if len(absent) > SHOWN else ""
        log.info(
            "round %d: no label yet of %d of %d classes (%s%s)",
            number, len(absent), len(names), missing, rest,
        )  # fmt: skip
