"""The numbers that trackers get, computed from the run's own files."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartolearn.runs.full_data import FILE, load_full_run
from cartolearn.runs.run import Run, load_run
from cartolearn.runs.settings import canonical, matching_full, protocol_settings
from cartolearn.statistics.batches import STATISTICS, batch_statistics
from cartolearn.statistics.curves import labels_needed
from cartolearn.tracking.info import RunInfo

if TYPE_CHECKING:
    from cartolearn.loop.record import Record

log = logging.getLogger(__name__)

MANY_CLASSES = 50
TARGETS = (90, 95)


def round_measures(
    run: RunInfo, record: "Record", batch: NDArray[np.int64] | None
) -> dict[str, float]:
    """Return a round's metrics and what the batch added before it was like.

    Args:
        run: Its folder holds the data map of the round.
        record: The round.
        batch: int64 [n], row ids of the batch that was added last; None for the seed set.
    """
    metrics = record.metrics
    parts = metrics["train_seconds"] + metrics["score_seconds"]
    metrics |= {"evaluate_seconds": metrics["seconds"] - parts}
    if batch is None or not len(batch):
        return metrics
    from pyarrow import parquet

    path = run.folder / "data_maps" / f"round_{int(record.row['round']):03d}.parquet"
    table = parquet.read_table(path, columns=["id", *STATISTICS])
    columns = {name: table[name].to_numpy() for name in STATISTICS}
    means = batch_statistics(batch, table["id"].to_numpy(), columns)
    statistics = {
        f"batch/{name}": float(mean) for name, mean in zip(STATISTICS, means, strict=True)
    }
    return metrics | statistics | class_balance(run, batch)


def class_balance(run: RunInfo, batch: NDArray[np.int64]) -> dict[str, float]:
    """Return how evenly a batch is spread over the classes, and each class's share of it.

    ``batch/balance`` is the entropy of the shares divided by the most it can be with this many
    classes: 0 for one class, 1 for equal shares. The shares are left out where there are more
    than ``MANY_CLASSES``.
    """
    names = run.dataset.label_names
    shares = np.bincount(run.dataset.labels[batch], minlength=len(names)) / len(batch)
    seen = shares[shares > 0]
    entropy = abs(float(seen @ np.log(seen))) / max(np.log(len(names)), 1e-12)
    balance = {"batch/balance": min(1.0, entropy)}
    if len(names) > MANY_CLASSES:
        return balance
    keys = class_keys(names)
    return balance | {f"batch/share_{key}": float(s) for key, s in zip(keys, shares, strict=True)}


def class_keys(names: Sequence[str]) -> list[str]:
    """Return class names that a tracker takes in a metric's name, numbered if some get equal."""
    keys = [re.sub(r"\W+", "_", name)[:60] or "_" for name in names]
    if len(set(keys)) == len(keys):
        return keys
    return [f"{number}_{key}" for number, key in enumerate(keys)]


def final_measures(run: RunInfo) -> dict[str, float]:
    """Return the labels needed for 90 and 95 % of the accuracy that all of the data give.

    A target never reached is left out and said. So are all where trainings on everything are beside
    the run, of other settings; where there are none, nobody asked.
    """
    own = load_run(run.folder)
    trained = full_data_beside(own)
    full = full_accuracy(own, trained)
    if full is None:
        if trained:
            log.info(
                "labels to 90 %% of full-data accuracy are not tracked: no %s beside this run is of"
                " %s with these settings; cartolearn map writes one",
                FILE, own.dataset.name,
            )  # fmt: skip
        return {}
    needed = {
        f"labels_to_{target}_percent": labels_needed(
            own.labelled, own.accuracy, full * target / 100
        )
        for target in TARGETS
    }
    for key in [key for key, labels in needed.items() if labels is None]:
        log.info("%s is not tracked: not reached with %d labels", key, own.labelled[-1])
    reached = {key: float(labels) for key, labels in needed.items() if labels is not None}
    return {"full_data_accuracy": full} | reached


def full_data_beside(run: Run) -> list[Path]:
    """Return the folders of trainings on all data in a run's sweep folder and those beside it."""
    return sorted(path.parent for path in run.folder.absolute().parents[1].glob(f"*/*/{FILE}"))


def full_accuracy(run: Run, folders: Sequence[Path]) -> float | None:
    """Return the mean accuracy of those trainings that are of a run's data and settings."""
    key = (run.dataset, canonical(protocol_settings(run.config)))
    found = matching_full(key, [load_full_run(folder) for folder in folders])
    return float(np.mean([one.accuracy for one in found.values()])) if found else None
