import math

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, roc_auc_score

from cartolearn.statistics.binary import binary_quality


def test_by_hand() -> None:
    found = binary_quality(np.array([0.9, 0.4, 0.6, 0.1]), np.array([True, True, False, False]))
    assert found == {"accuracy": 0.5, "balanced_accuracy": 0.5, "majority": 0.5, "auc": 0.75}


def test_against_scikit_learn_with_ties() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        p, truth = random.integers(0, 8, 30) / 8, random.random(30) < 0.3
        truth[:2] = True, False
        found = binary_quality(p, truth)
        assert found["accuracy"] == pytest.approx(accuracy_score(truth, p > 0.5))
        assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(truth, p > 0.5))
        assert found["auc"] == pytest.approx(roc_auc_score(truth, p))
        assert found["majority"] == pytest.approx(max(truth.mean(), 1 - truth.mean()))


def test_always_the_larger_class_is_balanced_at_one_half() -> None:
    found = binary_quality(np.full(10, 0.9), np.arange(10) < 8)
    assert (found["accuracy"], found["balanced_accuracy"], found["auc"]) == (0.8, 0.5, 0.5)


def test_one_class_has_no_balance() -> None:
    found = binary_quality(np.array([0.9, 0.2]), np.array([True, True]))
    assert (found["accuracy"], found["majority"]) == (0.5, 1.0)
    assert math.isnan(found["auc"])
    assert math.isnan(found["balanced_accuracy"])
