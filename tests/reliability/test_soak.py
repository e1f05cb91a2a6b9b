"""Three hundred rounds in one process leave memory, files and threads as they were."""

import dataclasses
import gc
import threading
from pathlib import Path

import numpy as np
import pytest

from cartolearn.loop.active_learning import active_learning
from cartolearn.loop.folder import RunFolder
from cartolearn.models.binary import BinarySettings
from cartolearn.strategies.cal import CAL
from tests.toy import toy_dataset, toy_features, toy_learner, toy_loop

ROUNDS, SETTLED = 300, 50


def memory() -> float:
    """Resident memory of this process in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.slow
def test_three_hundred_rounds(tmp_path: Path) -> None:
    small = toy_dataset()
    data = dataclasses.replace(
        small,
        texts=small.texts * 10,
        labels=np.tile(small.labels, 10),
        train_ids=np.arange(200, 1200),
        test_ids=np.arange(200),
    )
    learner = dataclasses.replace(toy_learner(max_epochs=1), inputs=toy_features(data))
    strategy = CAL(classifier=BinarySettings(hidden_size=4, max_epochs=1))
    run, records, seen = RunFolder(tmp_path), [], []
    for done in active_learning(data, learner, strategy, toy_loop(rounds=ROUNDS, query_size=1)):
        records.append(run.save(done, weights=True))
        run.write_results(records, data)
        if done.number % 10 == 0:
            seen.append((done.number, memory(), handles(), threading.active_count()))
    assert len(records) == ROUNDS + 1
    settled = next(row for row in seen if row[0] == SETTLED)
    for number, megabytes, files, threads in seen:
        if number > SETTLED:
            assert megabytes < settled[1] * 1.05, seen
            assert (files, threads) == settled[2:], seen
    assert len(list((tmp_path / "state").glob("weights_*"))) == 2
