"""ASO against deepsig's own, and the correction that deepsig has wrong."""

import warnings

import numpy as np
import pytest

from cartolearn.statistics.aso import aso, bonferroni_level, pairwise_aso
from tests.statistics.random_state import global_random_state_untouched

CASES = {
    "five seeds each": ([0.51, 0.54, 0.49, 0.55, 0.52], [0.50, 0.53, 0.52, 0.51, 0.47]),
    "unequal sizes": ([0.7, 0.72, 0.69], [0.66, 0.71, 0.73, 0.64]),
    "ties": ([0.5, 0.5, 0.6], [0.5, 0.6, 0.6]),
    "one score": ([0.8], [0.7, 0.9]),
    "A above B": ([0.9, 0.91, 0.95], [0.1, 0.2, 0.15]),
    "A below B": ([0.1, 0.2, 0.15], [0.9, 0.91, 0.95]),
    "equal": ([0.4, 0.5], [0.4, 0.5]),
}


def deepsig_aso(a: list[float], b: list[float], level: float, iterations: int) -> float:
    from deepsig import aso as original

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(
            original(
                a, b, confidence_level=level, num_bootstrap_iterations=iterations,
                show_progress=False, seed=11,
            )
        )  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_equal_to_deepsig_to_the_last_digit(name: str) -> None:
    a, b = CASES[name]
    wanted = deepsig_aso(a, b, 0.99, 60)
    assert aso(np.array(a), np.array(b), 0.99, iterations=60, seed=11) == wanted


def test_equal_to_deepsig_with_all_rounds_pooled() -> None:
    generator = np.random.default_rng(4)
    a, b = generator.normal(0.50, 0.05, 155), generator.normal(0.49, 0.06, 155)
    wanted = deepsig_aso(a.tolist(), b.tolist(), 0.95, 40)
    assert aso(a, b, 0.95, iterations=40, seed=11) == wanted


@pytest.mark.slow
def test_equal_to_deepsig_with_its_default_iterations() -> None:
    a, b = CASES["five seeds each"]
    assert aso(np.array(a), np.array(b), seed=11) == deepsig_aso(a, b, 0.95, 1000)


def test_a_larger_everywhere_gives_zero_and_smaller_everywhere_about_one() -> None:
    a, b = (np.array(x) for x in CASES["A above B"])
    assert aso(a, b) == 0.0
    assert aso(b, a) > 0.99  # deepsig leaves the first grid point out of the violations


def test_more_comparisons_are_stricter() -> None:
    assert bonferroni_level(2, 0.05) == pytest.approx(0.95)
    assert bonferroni_level(6, 0.06) == pytest.approx(1 - 0.06 / 15)
    a, b = (np.array(x) for x in CASES["five seeds each"])
    bounds = [aso(a, b, bonferroni_level(k, 0.05), iterations=200) for k in (2, 6, 20)]
    assert bounds[0] < bounds[1] < bounds[2]


def test_pairwise_uses_the_corrected_level_for_every_ordered_pair() -> None:
    scores = {name: np.random.default_rng(i).normal(0.5, 0.1, 5) for i, name in enumerate("abc")}
    matrix = pairwise_aso(scores, alpha=0.05)
    assert np.isnan(np.diag(matrix)).all()
    assert matrix[0, 1] == aso(scores["a"], scores["b"], 1 - 0.05 / 3)
    assert matrix[2, 1] == aso(scores["c"], scores["b"], 1 - 0.05 / 3)


def test_a_single_score_is_compared_with_nothing() -> None:
    matrix = pairwise_aso({"a": np.ones(1), "b": np.zeros(2), "c": np.ones(2)})
    assert np.isnan(matrix).tolist() == [[True] * 3, [True, True, False], [True, False, True]]


def test_global_random_state_is_left_alone_and_order_of_scores_is_not_read() -> None:
    a, b = (np.array(x) for x in CASES["five seeds each"])
    with global_random_state_untouched():
        first = aso(a, b, iterations=50)
    assert aso(a[::-1], b[::-1], iterations=50) == first


def test_no_scores_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        aso(np.empty(0), np.ones(3))
