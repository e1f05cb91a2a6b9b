"""Chunk size, order of jobs and processes change nothing."""

from pathlib import Path

import numpy as np
import pytest

from src.loop import observe
from src.loop.active_learning import Round, active_learning
from src.models import predict
from src.models.binary import BinarySettings
from src.strategies.base import Strategy
from src.strategies.cal import CAL
from src.strategies.entropy import Entropy
from tests.reliability.processes import content, finish
from tests.toy import toy_learner, toy_loop

SMALL_CAL = CAL(classifier=BinarySettings(hidden_size=8, max_epochs=3, batch_size=8))


def rounds_of(strategy: Strategy) -> list[Round]:
    return list(active_learning(toy_learner(), strategy, toy_loop()))


@pytest.mark.parametrize("strategy", [Entropy(), SMALL_CAL])
@pytest.mark.parametrize("rows", [16, 37, 90])
def test_chunks_change_no_selection(
    strategy: Strategy, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = rounds_of(strategy)
    monkeypatch.setattr(observe.observe, "__defaults__", (rows,))
    monkeypatch.setattr(predict.probabilities, "__defaults__", (rows,))
    for mine, theirs in zip(rounds_of(strategy), expected, strict=True):
        assert mine.metrics.accuracy == theirs.metrics.accuracy
        np.testing.assert_array_equal(mine.data_map.ids, theirs.data_map.ids)


def test_the_same_run_again_in_another_process_and_after_others(
    texts: Path, finished: Path, tmp_path: Path
) -> None:
    finish(texts, tmp_path / "other", "seed=1", "strategy.correctness_threshold=0.5")
    finish(texts, tmp_path / "same")
    assert content(tmp_path / "same") == content(finished)
    assert content(tmp_path / "other")["rounds.csv"] != content(finished)["rounds.csv"]
