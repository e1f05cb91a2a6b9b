"""The benchmark runs, its verdicts follow its figures, the bare loop is the same mathematics."""

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.__main__ import main
from benchmarks.bare import EPOCHS, QUERY, SEED, protocol
from benchmarks.result import Result, load_results
from cartolearn.config.schema import LoopSettings, TrainerSettings
from cartolearn.data.dataset import Dataset
from cartolearn.loop.active_learning import active_learning
from cartolearn.models.binary import BinarySettings
from cartolearn.models.learner import Learner
from cartolearn.models.mlp import MLP
from cartolearn.strategies.base import Strategy
from cartolearn.strategies.cal import CAL
from cartolearn.strategies.dal import DAL
from cartolearn.strategies.random import Random


def test_rows_that_need_no_process_run_and_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    shown = main(["--quick", "--json", str(path), "train", "pass", "threads"])
    assert set(shown) == set(load_results(path)) >= {"train trec", "data_map trec", "dropout"}
    assert all(one.ours > 0 and one.reference > 0 for one in shown.values())
    assert "the same weights" in shown["train trec"].notes[0]


@pytest.mark.parametrize(
    ("ours", "reference", "more", "verdict"),
    [
        (1.1, 1.0, {"target": 1.15}, "met"),
        (1.2, 1.0, {"target": 1.15}, "MISSED"),
        (10.0, 9.0, {"target": 0.8, "side": "at least"}, "met"),
        (10.0, 7.0, {"target": 0.8, "side": "at least"}, "MISSED"),
        (3.9, 1.0, {"target": 4.0, "judged": "ours"}, "met"),
        (4.1, 9.0, {"target": 4.0, "judged": "ours"}, "MISSED"),
        (4.1, 9.0, {}, ""),
    ],
)
def test_verdict(ours: float, reference: float, more: dict[str, object], verdict: str) -> None:
    assert Result("row", "", ours, reference, "s", **more).verdict == verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "strategy"),
    [
        ("random", Random()),
        ("cal", CAL(classifier=BinarySettings(batch_size=16))),
        ("dal", DAL(classifier=BinarySettings(batch_size=16))),
    ],
)
def test_the_bare_loop_does_the_same_mathematics(name: str, strategy: Strategy) -> None:
    rows, width, rounds = 260, 12, 2
    draw, ids = np.random.default_rng(0), np.arange(rows)
    labels = draw.integers(0, 3, rows)
    features = torch.from_numpy(draw.normal(labels[:, None], 1.5, (rows, width)).astype(np.float32))
    dataset = Dataset("d", [""] * rows, labels, ("a", "b", "c"), ids[:200], ids[200:])
    learner = Learner(features, 3, MLP, TrainerSettings(EPOCHS, 16, device="cpu"), SEED)
    loop = LoopSettings(seed_set_size=40, rounds=rounds, query_size=QUERY)
    ours = list(active_learning(dataset, learner, strategy, loop))

    gold, train, test = map(torch.from_numpy, (labels, dataset.train_ids, dataset.test_ids))
    accuracies, picks = protocol(features, gold, train, test, name, 40, 16, rounds)

    assert accuracies == pytest.approx([one.metrics.accuracy for one in ours])
    chosen = [one.query.ids for one in ours if one.query is not None]
    assert [set(batch) for batch in picks] == [set(batch.tolist()) for batch in chosen]
