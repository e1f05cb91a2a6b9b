import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from cartolearn.errors import InputError
from cartolearn.wrong_labels.benchmark import Measured, Settings, cuts, to_table
from cartolearn.wrong_labels.plant import plant
from cartolearn.wrong_labels.rank import (
    by_confidence,
    by_confident_learning,
    by_region,
    found,
)


def world(rows: int = 400, epochs: int = 5) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Probabilities of a model that knows the true classes well, and 20 wrong labels."""
    generator = np.random.default_rng(0)
    true = generator.integers(3, size=rows)
    logits = generator.normal(0, 0.7, (epochs, rows, 3))
    logits[:, np.arange(rows), true] += 3.0
    p = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    labels = true.copy()
    labels[:20] = (true[:20] + 1) % 3
    return p.astype(np.float32), labels


def test_planting_changes_the_share_asked_for_and_nothing_else() -> None:
    labels = np.random.default_rng(1).integers(4, size=1000)
    ids = np.arange(0, 1000, 2)
    noisy, changed = plant(labels, ids, 4, 0.1, np.random.default_rng(2))
    assert len(changed) == 50
    assert np.flatnonzero(noisy != labels).tolist() == changed.tolist()
    assert not np.any(changed % 2)
    assert set(((noisy - labels) % 4)[changed]) == {1, 2, 3}
    again, _ = plant(labels, ids, 4, 0.1, np.random.default_rng(2))
    assert np.array_equal(noisy, again)


def test_rankings_by_hand() -> None:
    p = np.array([[[0.9, 0.1], [0.2, 0.8], [0.1, 0.9]], [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]])
    labels = np.array([1, 0, 0])  # p(label): .1 .1 / .2 .8 / .1 .3
    assert by_confidence(p.astype(np.float32), labels).tolist() == [0, 2, 1]
    assert by_region(p.astype(np.float32), labels).tolist() == [0, 2, 1]
    flat = np.array([[[0.4, 0.6], [0.1, 0.9]], [[0.4, 0.6], [0.6, 0.4]]]).astype(np.float32)
    assert by_confidence(flat, np.array([0, 0])).tolist() == [1, 0]  # .35 before .40
    assert by_region(flat, np.array([0, 0])).tolist() == [0, 1]  # .40 + 0 before .35 + .25


@pytest.mark.parametrize("rank", [by_confidence, by_region, by_confident_learning])
def test_planted_labels_come_first_in_an_easy_world(rank: object) -> None:
    if rank is by_confident_learning:
        pytest.importorskip("cleanlab", reason="cleanlab is not installed")
    p, labels = world()
    ranking = rank(p, labels)  # type: ignore[operator]
    assert sorted(ranking) == list(range(400))
    precision, recall = found(ranking, np.arange(400) < 20, 20)
    assert precision == recall >= 0.9


def test_confident_learning_leaves_out_classes_without_labels() -> None:
    pytest.importorskip("cleanlab", reason="cleanlab is not installed")
    p, labels = world()
    wider = np.concatenate([p, np.full((*p.shape[:2], 1), 1e-6, np.float32)], axis=2)
    assert by_confident_learning(wider, labels)[:20].max() < 40


def test_precision_and_recall_by_hand() -> None:
    wrong = np.array([True, False, True, False])
    ranking = np.array([0, 1, 2, 3])
    assert found(ranking, wrong, 1) == (1.0, 0.5)
    assert found(ranking, wrong, 2) == (0.5, 0.5)
    assert found(ranking, wrong, 3) == (2 / 3, 1.0)
    assert found(ranking, np.zeros(4, dtype=bool), 2) == (0.0, 0.0)


def test_table_has_means_over_plantings() -> None:
    key = ("seed set", "in sample", "x", 0.05)
    measured = [Measured(key, 500, 25, p, r) for p, r in ((0.4, 0.5), (0.6, 0.7))]
    table = to_table("trec", measured, Settings(0.05, 2, 5, full_set=True))
    (row,) = table.rows
    assert row[:6] == ("seed set", "in sample", "x", 500, 25, 2)
    assert table.texts()[0][6].startswith("0.500 [")
    assert cuts(0.05) == pytest.approx((0.01, 0.025, 0.05, 0.1))


def test_missing_cleanlab_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cleanlab", None)
    with pytest.raises(InputError, match="pip install cleanlab"):
        by_confident_learning(*world(20))
