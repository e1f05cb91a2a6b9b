"""The interval of a total from stratified samples: naive formulas, edges, coverage."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.special import xlogy

from cartolearn.statistics.domain import as_good_as, clopper_pearson, share_of_part
from cartolearn.statistics.stratified import Draw, likeliest_shares, wrong_in_all

Z = 1.959964


def drawn(known: int, *strata: tuple[int, int, int]) -> Draw:
    """A draw of strata (size, sampled, wrong)."""
    columns = np.array(strata, dtype=np.int64).T
    return Draw(known, *columns)


def naive(draws: list[Draw], totals: np.ndarray) -> np.ndarray:
    """Twice how much less likely each total is, by trying all shares of two strata on a grid."""
    away = np.zeros(len(totals))
    for draw in draws:
        (n1, n2), sizes = draw.sampled * (draw.sizes - 1) / (draw.sizes - draw.sampled), draw.sizes
        k1, k2 = draw.wrong / draw.sampled * [n1, n2]
        p1 = np.linspace(0, 1, 4001)
        best = []
        for total in totals:
            p2 = (total - draw.known - sizes[0] * p1) / sizes[1]
            fine = (p2 >= 0) & (p2 <= 1)
            a, b = p1[fine], p2[fine]
            value = xlogy(k1, a) + xlogy(n1 - k1, 1 - a) + xlogy(k2, b) + xlogy(n2 - k2, 1 - b)
            best.append(value.max(initial=-np.inf))
        away += 2 * (np.max(best) - np.array(best))
    return away - away.min()


@pytest.mark.parametrize(
    "draws",
    [
        [drawn(7, (100, 20, 9), (400, 30, 2))],
        [drawn(30, (100, 20, 9), (400, 30, 0))],
        [drawn(3, (60, 40, 30), (500, 20, 1)), drawn(40, (80, 15, 6), (400, 25, 2))],
    ],
)
def test_the_interval_is_that_of_all_shares_tried_out(draws: list[Draw]) -> None:
    totals = np.arange(45.0, 260.0, 0.5)
    inside = totals[naive(draws, totals) <= Z**2]
    found = wrong_in_all(draws, Z, 40, 480)
    assert found.low == pytest.approx(inside[0], abs=1.5)
    assert found.high == pytest.approx(inside[-1], abs=1.5)
    assert found.low < found.value < found.high


def test_one_draw_is_estimated_without_bias() -> None:
    draw = drawn(7, (100, 20, 9), (400, 30, 2))
    assert draw.total == pytest.approx(7 + 45 + 400 * 2 / 30)
    assert wrong_in_all([draw], Z, 18, 480).value == pytest.approx(draw.total, abs=1)


def test_likeliest_shares_solve_their_equation() -> None:
    k, n = np.array([3.0, 0.0, 5.0, 7.0]), np.array([10.0, 10.0, 5.0, 9.0])
    for slope in (-60.0, -3.0, 2.0, 50.0):
        p = likeliest_shares(k, n, np.full(4, slope))
        inner = (p > 1e-9) & (p < 1 - 1e-9)
        left = k[inner] / p[inner] - (n[inner] - k[inner]) / (1 - p[inner])
        assert left == pytest.approx(np.full(inner.sum(), slope))
    assert likeliest_shares(k, n, np.zeros(4)) == pytest.approx(k / n)


def test_what_was_looked_at_whole_is_known() -> None:
    assert wrong_in_all([drawn(2, (10, 10, 4), (5, 5, 1))], Z, 7, 9).value == 7
    part = wrong_in_all([drawn(0, (50, 50, 20), (400, 30, 2))], Z, 22, 400)
    alone = wrong_in_all([drawn(20, (400, 30, 2))], Z, 22, 400)
    assert (part.low, part.high) == pytest.approx((alone.low, alone.high), rel=1e-3)


@pytest.mark.parametrize(("wrong", "low", "high"), [(0, 0, 0.1), (20, 0.9, 1)])
def test_none_or_all_wrong(wrong: int, low: float, high: float) -> None:
    found = wrong_in_all([drawn(0, (500, 20, wrong))], Z, wrong, 480 + wrong)
    assert low * 500 <= found.low <= found.value <= found.high <= high * 500


def test_more_checks_make_it_narrower() -> None:
    widths = []
    for n in (20, 40, 80, 160):
        found = wrong_in_all([drawn(0, (200, n, n // 4), (2000, n, 0))], Z, n // 4, 2200)
        widths.append(found.high - found.low)
    assert all(after < before for before, after in pairwise(widths))


def test_the_interval_holds() -> None:
    """Nominal 95 %: at least .92 of 400 repetitions, which a coverage of .95 misses in 1 of 250."""
    random = np.random.default_rng(0)
    sizes, wrong = np.array([100, 300, 2600]), np.array([70, 90, 26])
    take = np.array([20, 60, 60])
    held = 0
    for _ in range(400):
        k = random.hypergeometric(wrong, sizes - wrong, take)
        right = int((take - k).sum())
        found = wrong_in_all([Draw(0, sizes, take, k)], Z, int(k.sum()), 3000 - right)
        held += found.low <= wrong.sum() <= found.high
    assert held / 400 >= 0.92


def test_a_part_of_equal_weights_is_clopper_and_pearsons() -> None:
    whole, part = drawn(0, (1000, 100, 30)), drawn(0, (400, 40, 10))
    found = share_of_part([(whole, part, 1.0)], 400, 0.95, 10, 370)
    assert found is not None
    assert found.value == pytest.approx(100)
    # the correction for the finite number: as many as 40 / (1 - .1)
    low, high = clopper_pearson(0.25 * 40 / 0.9, 40 / 0.9, 0.95)
    assert (found.low, found.high) == pytest.approx((400 * low, 400 * high), rel=1e-9)


def test_a_part_without_checks_is_unknown_and_one_without_hits_is_bounded() -> None:
    whole = drawn(0, (100, 50, 30), (900, 50, 5))
    nothing = drawn(0, (0, 0, 0), (40, 0, 0))
    assert share_of_part([(whole, nothing, 1.0)], 40, 0.95, 0, 40) is None
    none = share_of_part([(whole, drawn(0, (20, 10, 0), (20, 1, 0)), 1.0)], 40, 0.95, 0, 29)
    assert none is not None
    assert (none.value, none.low) == (0, 0)
    assert none.high > 20  # eleven checks, one of which stands for nearly all
    assert as_good_as(np.array([2.0, 18.0]), np.array([10.0, 1.0])) == pytest.approx(38**2 / 364)


def test_of_a_part_that_is_known_nothing_is_guessed() -> None:
    found = share_of_part([], 12, 0.95, 5, 5)
    assert found is not None
    assert (found.value, found.low, found.high) == (5, 5, 5)
