import numpy as np
import pytest

from cartolearn.statistics.overlap import (
    overlap_by_chance,
    overlap_of_run,
    overlap_per_round,
)


def rounds(*batches: list[int]) -> list[np.ndarray]:
    return [np.array(batch, dtype=np.int64) for batch in batches]


A = rounds([1, 2, 3], [4, 5, 6], [7, 8, 9])
B = rounds([3, 2, 10], [1, 5, 11], [12, 4, 7])


def test_per_round_counts_same_round_only_and_over_the_run_any_round() -> None:
    assert overlap_per_round(A, B) == 2 + 1 + 1
    assert overlap_of_run(A, B) == len({1, 2, 3, 4, 5, 7})


def test_against_sets_on_random_runs() -> None:
    for seed in range(20):
        generator = np.random.default_rng(seed)
        a = np.split(generator.permutation(60)[:40], 4)
        b = np.split(generator.permutation(60)[:40], 4)
        naive = sum(len(set(x.tolist()) & set(y.tolist())) for x, y in zip(a, b, strict=True))
        assert overlap_per_round(a, b) == overlap_per_round(b, a) == naive
        assert overlap_of_run(a, b) == len({*np.ravel(a).tolist()} & {*np.ravel(b).tolist()})


def test_a_shorter_run_limits_both() -> None:
    assert overlap_per_round(A[:1], B) == 2
    assert overlap_of_run(A[:1], B) == 2
    assert overlap_of_run([], B) == overlap_per_round([], B) == 0


def test_chance_is_what_random_draws_share_on_average() -> None:
    generator = np.random.default_rng(0)
    shared = [
        len(np.intersect1d(generator.permutation(100)[:20], generator.permutation(100)[:20]))
        for _ in range(2000)
    ]
    assert np.mean(shared) == pytest.approx(overlap_by_chance(20, 100), abs=0.2)
