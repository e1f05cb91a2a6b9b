"""Accuracy, macro-F1 and loss against their definitions."""

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score

from cartolearn.loop.metrics import evaluate


def test_metrics_by_hand() -> None:
    p = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.5, 0.3, 0.2], [0.0, 1.0, 0.0]])
    found = evaluate(p, torch.tensor([0, 1, 2, 1]))
    assert found.accuracy == 0.75
    f1_of_0, f1_of_1, f1_of_2 = 2 * 1 / (2 * 1 + 1 + 0), 1.0, 0.0
    assert found.macro_f1 == pytest.approx((f1_of_0 + f1_of_1 + f1_of_2) / 3)
    assert found.loss == pytest.approx(-np.mean(np.log([0.7, 0.8, 0.2, 1.0])), abs=1e-6)


def test_random_cases_against_a_naive_f1() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        p = random.dirichlet(np.ones(4), 30)
        gold = random.integers(0, 4, 30)
        guess = p.argmax(1)
        scores = []
        for c in range(4):
            tp = ((guess == c) & (gold == c)).sum()
            wrong = ((guess == c) ^ (gold == c)).sum()
            scores.append(2 * tp / (2 * tp + wrong))
        found = evaluate(torch.from_numpy(p), torch.from_numpy(gold))
        assert found.macro_f1 == pytest.approx(np.mean(scores), abs=1e-6)
        assert found.macro_f1 == pytest.approx(f1_score(gold, guess, average="macro"))


def test_ten_thousand_classes_need_no_matrix_of_them() -> None:
    p = torch.zeros(2, 10_000)
    p[0, 9_999], p[1, 5] = 1, 1
    with torch.profiler.profile(profile_memory=True) as profile:
        found = evaluate(p, torch.tensor([9_999, 6]))
    assert found.macro_f1 == pytest.approx(1 / 3)
    assert sum(max(event.self_cpu_memory_usage, 0) for event in profile.key_averages()) < 5e6


def test_a_gold_probability_of_zero_has_a_finite_loss() -> None:
    found = evaluate(torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([2]))
    assert 80 < found.loss < 100
