from itertools import product

import numpy as np
import pytest

from cartolearn.statistics.paired import holm, sign_flip_test


def naive_p(differences: list[float]) -> float:
    observed = abs(sum(differences))
    hits = 0
    for signs in product((-1, 1), repeat=len(differences)):
        total = abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
        hits += int(total >= observed - 1e-9)
    return float(hits / 2 ** len(differences))


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_p_value_is_the_share_of_all_sign_patterns(count: int) -> None:
    for seed in range(5):
        differences = np.random.default_rng(seed).normal(0.3, 1, count)
        assert sign_flip_test(differences) == pytest.approx(naive_p(differences.tolist()))


def test_five_seeds_never_reach_five_percent() -> None:
    assert sign_flip_test(np.array([1.0, 2.0, 3.0, 4.0, 5.0])) == 2 / 32
    assert sign_flip_test(np.full(6, 0.1)) == 2 / 64


def test_sums_that_differ_by_rounding_alone_are_ties() -> None:
    assert sign_flip_test(np.array([0.1, 0.2, -0.3])) == 1.0
    assert sign_flip_test(np.array([0.1, 0.2, 0.3]) / 1e9) == 2 / 8


def test_no_difference_at_all_gives_one_and_no_seed_gives_nan() -> None:
    assert sign_flip_test(np.zeros(5)) == 1.0
    assert np.isnan(sign_flip_test(np.empty(0)))


def test_random_patterns_agree_with_a_t_like_answer_for_many_seeds() -> None:
    from scipy.stats import ttest_1samp

    differences = np.random.default_rng(2).normal(0.4, 1, 40)
    assert sign_flip_test(differences) == sign_flip_test(differences)
    assert sign_flip_test(differences) == pytest.approx(
        ttest_1samp(differences, 0).pvalue, abs=0.01
    )


def test_false_alarms_are_as_rare_as_the_level_says() -> None:
    generator = np.random.default_rng(7)
    p = [sign_flip_test(generator.normal(size=7)) for _ in range(1000)]
    assert np.mean(np.array(p) <= 0.05) <= 0.07


def test_holm_by_hand_and_ties() -> None:
    assert holm(np.array([0.04, 0.01, 0.03])).tolist() == pytest.approx([0.06, 0.03, 0.06])
    assert holm(np.array([0.5, 0.5])).tolist() == [1.0, 1.0]
    assert holm(np.empty(0)).tolist() == []
