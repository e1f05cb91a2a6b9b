import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from cartolearn.statistics.intervals import (
    expanded_tail,
    independent_difference,
    mean_estimate,
    mean_intervals,
)
from tests.statistics.random_state import global_random_state_untouched


def every_bootstrap_mean(values: list[float]) -> list[float]:
    return sorted(sum(draw) / len(values) for draw in product(values, repeat=len(values)))


def test_interval_is_a_quantile_of_all_resamples() -> None:
    values = [0.1, 0.4, 0.45, 0.5, 0.52, 0.9]
    exact = every_bootstrap_mean(values)  # 6 ** 6 resamples
    tail = expanded_tail(6, level=0.8)
    estimate = mean_estimate(np.array(values), level=0.8)
    assert estimate.value == pytest.approx(sum(values) / 6)
    assert estimate.low == pytest.approx(np.quantile(exact, tail), abs=0.01)
    assert estimate.high == pytest.approx(np.quantile(exact, 1 - tail), abs=0.01)


def test_tail_is_hesterbergs_formula_and_tends_to_the_plain_percentile() -> None:
    wanted = stats.norm.cdf(-math.sqrt(5 / 4) * stats.t.ppf(0.975, 4))
    assert expanded_tail(5) == pytest.approx(wanted)
    assert expanded_tail(5) < 0.001
    assert expanded_tail(100_000) == pytest.approx(0.025, abs=1e-4)


def test_interval_lies_within_the_values_and_contains_the_mean() -> None:
    values = np.array([3.0, 3.0, 4.0, 9.0])
    estimate = mean_estimate(values)
    assert 3.0 <= estimate.low <= estimate.value <= estimate.high <= 9.0


def test_one_seed_has_no_interval_and_equal_seeds_have_an_empty_one() -> None:
    one = mean_estimate(np.array([0.7]))
    assert (one.value, one.n) == (0.7, 1)
    assert math.isnan(one.low)
    assert math.isnan(one.high)
    same = mean_estimate(np.full(5, 0.25))
    assert (same.low, same.high) == (0.25, 0.25)


def test_columns_are_independent_of_one_another() -> None:
    values = np.random.default_rng(1).random((5, 4))
    mean, low, high = mean_intervals(values)
    for k in range(4):
        alone = mean_estimate(values[:, k])
        assert (alone.value, alone.low, alone.high) == pytest.approx((mean[k], low[k], high[k]))


def test_own_generator_only() -> None:
    with global_random_state_untouched():
        first = mean_estimate(np.array([1.0, 2.0, 4.0]))
    assert first == mean_estimate(np.array([1.0, 2.0, 4.0]))


def test_covers_the_true_mean_about_as_often_as_five_values_can() -> None:
    generator = np.random.default_rng(0)
    values = generator.normal(size=(5, 2000))  # 2,000 trials of five seeds, true mean 0
    _, low, high = mean_intervals(values)
    assert 0.90 <= np.mean((low <= 0) & (high >= 0)) <= 0.95


def test_independent_difference_takes_groups_of_other_sizes() -> None:
    a, b = np.array([0.8, 0.82, 0.84, 0.83]), np.array([0.5, 0.52, 0.48])
    estimate = independent_difference(a, b)
    assert estimate.value == pytest.approx(a.mean() - b.mean())
    assert 0.25 < estimate.low < estimate.value < estimate.high < 0.4
    assert math.isnan(independent_difference(a, b[:1]).low)
