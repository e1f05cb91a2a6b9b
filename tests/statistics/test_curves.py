import numpy as np
import pytest

from cartolearn.statistics.curves import aulc, early, labels_needed, late, row_at


def naive_aulc(labelled: list[int], accuracy: list[float]) -> float:
    area = 0.0
    for i in range(1, len(labelled)):
        area += (labelled[i] - labelled[i - 1]) * (accuracy[i] + accuracy[i - 1]) / 2
    return area / (labelled[-1] - labelled[0])


def test_aulc_is_the_trapezoid_area_over_the_range_of_labels() -> None:
    labelled, accuracy = [10, 20, 50], [0.2, 0.4, 0.6]
    assert naive_aulc(labelled, accuracy) == pytest.approx((10 * 0.3 + 30 * 0.5) / 40)
    assert aulc(labelled, accuracy) == pytest.approx(naive_aulc(labelled, accuracy))


def test_aulc_does_not_depend_on_how_finely_rounds_cut_a_straight_curve() -> None:
    coarse = aulc(np.array([0, 100]), np.array([0.0, 1.0]))
    fine = aulc(np.array([0, 10, 40, 100]), np.array([0.0, 0.1, 0.4, 1.0]))
    assert coarse == pytest.approx(fine) == pytest.approx(0.5)


def test_aulc_of_one_row_is_its_accuracy() -> None:
    assert aulc(np.array([500]), np.array([0.43])) == 0.43


@pytest.mark.parametrize("labelled", [[], [5, 5], [9, 3]])
def test_aulc_refuses_curves_that_do_not_ascend(labelled: list[int]) -> None:
    with pytest.raises(ValueError, match="ascend"):
        aulc(np.array(labelled, dtype=np.int64), np.ones(len(labelled)))


def test_labels_needed_is_the_first_row_at_or_above_the_target() -> None:
    labelled, accuracy = np.array([5, 10, 15, 20]), np.array([0.1, 0.5, 0.4, 0.9])
    assert labels_needed(labelled, accuracy, 0.5) == 10
    assert labels_needed(labelled, accuracy, 0.51) == 20
    assert labels_needed(labelled, accuracy, 0.91) is None


def test_row_at_takes_the_nearest_row_and_the_earlier_of_two() -> None:
    labelled = np.array([100, 200, 300])
    assert [row_at(labelled, x) for x in (0, 149, 150, 151, 999)] == [0, 0, 0, 1, 2]


def test_early_and_late_are_the_outer_thirds() -> None:
    values = np.arange(10.0)
    assert early(values) == pytest.approx((0 + 1 + 2) / 3)
    assert late(values) == pytest.approx((7 + 8 + 9) / 3)
    assert early(np.array([4.0])) == late(np.array([4.0])) == 4.0
