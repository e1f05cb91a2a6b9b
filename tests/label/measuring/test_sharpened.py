"""An accuracy sharpened by the model's confidence: by hand, and in a small simulation."""

import numpy as np
import pytest

from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.measuring.sharpened import LEAST, Expected, sharpened


def test_the_share_is_moved_by_what_confidence_explains() -> None:
    """Ten texts of two kinds; of all texts half are easy, of those measured six."""
    right = np.array([1, 1, 1, 1, 0, 0, 1, 0, 0, 0], dtype=np.bool_)
    sure = np.where(np.arange(10) < 6, 0.9, 0.3)
    expected = Expected.of_sample(sure, np.array([0.9, 0.3] * 50), np.ones(100))
    assert expected.mean == pytest.approx(0.6)
    assert expected.of == 100
    slope = np.cov(right, sure)[0, 1] / 0.09
    share, as_many = sharpened(right, expected)
    assert share == pytest.approx(0.5 + slope * (0.6 - 0.66))
    left = np.var(right - slope * sure, ddof=2) + slope**2 * 0.09 * 10 / 100
    ratio = (10 * left / np.var(right, ddof=1) + LEAST) / (10 + LEAST)
    assert as_many == pytest.approx(10 / ratio)
    assert as_many > 10


@pytest.mark.parametrize("right", [np.ones(12, np.bool_), np.zeros(12, np.bool_)])
def test_where_all_is_alike_nothing_is_moved(right: np.ndarray) -> None:
    expected = Expected.of_sample(np.linspace(0.2, 0.9, 12), np.linspace(0, 1, 50), np.ones(50))
    assert sharpened(right, expected) == (right.mean(), 12)


def test_a_confidence_that_says_nothing_or_the_contrary_does_no_harm() -> None:
    right = np.array([True, False] * 8)
    for sure in (np.full(16, 0.7), np.where(right, 0.2, 0.8)):
        expected = Expected.of_sample(sure, np.linspace(0.1, 0.9, 80), np.ones(80))
        assert sharpened(right, expected) == (0.5, 16)
    nobody = Expected.of_sample(np.full(16, 0.7), np.empty(0), np.empty(0))
    assert sharpened(right, nobody) == (0.5, 16)


@pytest.mark.parametrize("useful", [0.0, 0.8])
def test_the_interval_is_narrower_and_still_holds(useful: float) -> None:
    """400 samples of 40 texts; confidence is the true probability, or has nothing to do with it."""
    random, level, plain = np.random.default_rng(0), 0.95, Reliability(3)
    held, width, usual = 0, 0.0, 0.0
    for _ in range(400):
        truth = random.beta(1.5, 0.6, 3000)
        sure = useful * truth + (1 - useful) * random.permutation(truth)
        some = random.choice(3000, 40, replace=False)
        right = random.random(40) < truth[some]
        aside = random.choice(3000, 600, replace=False)
        expected = Expected.of_sample(sure[some], sure[aside], np.ones(600))
        share, as_many = sharpened(right, expected)
        low, high = plain.bounds(share * as_many, as_many, level)
        held += low <= truth.mean() <= high
        width += high - low
        usual += np.subtract(*plain.bounds(int(right.sum()), 40, level)[::-1])
    assert held >= 0.93 * 400
    assert width < usual * (0.93 if useful else 1.0)
