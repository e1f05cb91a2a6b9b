from pathlib import Path

import numpy as np
import pytest

from cartolearn.data.assemble import hold_out, sorted_names, train_and_test
from cartolearn.data.table import Table
from cartolearn.errors import InputError


def table(labels: list[str], path: str = "t.csv") -> Table:
    texts = [f"text {i}" for i in range(len(labels))]
    return Table(Path(path), texts, labels, range(2, len(labels) + 2))


def test_ids_are_rows_and_every_row_is_in_one_part() -> None:
    data = hold_out("csv", table(list("abc") * 30), 0.2, seed=3)
    assert len(data.test_ids) == 18
    assert sorted([*data.train_ids, *data.test_ids]) == list(range(90))
    assert np.all(np.diff(data.train_ids) > 0)
    assert np.all(np.diff(data.test_ids) > 0)
    assert data.texts[7] == "text 7"
    assert data.label_names[data.labels[7]] == "b"


def test_the_held_out_rows_depend_on_the_seed_alone() -> None:
    state = np.random.get_state()  # noqa: NPY002  (that it stays untouched is the point)
    draws = [hold_out("csv", table(list("abc") * 30), 0.2, seed).test_ids for seed in (1, 1, 2)]
    assert draws[0].tolist() == draws[1].tolist() != draws[2].tolist()
    np.testing.assert_equal(np.random.get_state(), state)  # noqa: NPY002


def test_every_row_is_held_out_about_equally_often() -> None:
    times = np.zeros(60)
    for seed in range(400):
        times[hold_out("csv", table(list("abc") * 20), 0.25, seed).test_ids] += 1
    expected = 400 * 0.25
    assert abs(times - expected).max() < 5 * np.sqrt(expected * 0.75)


@pytest.mark.parametrize("seed", range(20))
def test_a_class_of_one_row_stays_in_train(seed: int) -> None:
    data = hold_out("csv", table(["a", "b", "c", "a", "b", "a"]), 0.5, seed)
    assert len(data.test_ids) == 3
    assert set(data.labels[data.train_ids]) == {0, 1, 2}


@pytest.mark.parametrize("rare", [2, 3, 10])
def test_a_rare_class_is_on_both_sides_whatever_the_seed(rare: int) -> None:
    for seed in range(50):
        data = hold_out("csv", table(["fine"] * (1000 - rare) + ["fraud"] * rare), 0.2, seed)
        held_out = int((data.labels[data.test_ids] == 1).sum())
        assert len(data.test_ids) == 200
        assert 1 <= held_out < rare
        assert abs(held_out - 0.2 * rare) <= 1


def test_a_class_without_a_test_row_is_named(caplog: pytest.LogCaptureFixture) -> None:
    data = hold_out("csv", table(["a"] * 20 + ["alone"] + ["b"] * 20), 0.2, seed=0)
    assert set(data.labels[data.test_ids].tolist()) == {0, 2}
    assert "1 class(es) have no test row: alone" in caplog.text


def test_when_most_classes_have_one_row_fewer_are_held_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    data = hold_out("csv", table(["a", "b", "c", "a"]), 0.75, seed=0)
    assert len(data.test_ids) == 1
    assert "1 rows held out instead of 3" in caplog.text


@pytest.mark.parametrize(("labels", "share"), [(["a", "b"], 0.5), (["a", "b", "a", "b"], 0.01)])
def test_too_few_rows_to_hold_any_out(labels: list[str], share: float) -> None:
    with pytest.raises(InputError, match="too few to hold out"):
        hold_out("csv", table(labels), share, 0)


def test_ten_thousand_classes() -> None:
    labels = [str(i % 10_000) for i in range(30_000)]
    data = hold_out("csv", table(labels), 0.2, 0)
    assert data.label_names == tuple(str(i) for i in range(10_000))
    assert data.labels.tolist() == [i % 10_000 for i in range(30_000)]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["10", "9", "-1", "9"], ("-1", "9", "10")),
        (["1", "01"], ("01", "1")),
        (["10", "9", "x"], ("10", "9", "x")),
        (["b", "B", "é", "a"], ("B", "a", "b", "é")),
        (["1" * 5000, "2"], ("1" * 5000, "2")),
        (["٣", "2"], ("2", "٣")),
    ],
)
def test_names_are_sorted_by_value_or_by_character(
    labels: list[str], names: tuple[str, ...]
) -> None:
    assert sorted_names(labels) == names


def test_test_rows_come_after_train_rows() -> None:
    data = train_and_test("x", table(["a", "b", "a"]), table(["b"]))
    assert data.labels.tolist() == [0, 1, 0, 1]
    assert (data.train_ids.tolist(), data.test_ids.tolist()) == ([0, 1, 2], [3])


def test_unknown_test_labels_are_counted_and_the_first_is_placed() -> None:
    test = table(["a", "z", "y", "x", "w", "z"], "test.csv")
    with pytest.raises(
        InputError, match=r"test\.csv, line 3: 4 label.*t\.csv: 'w', 'x', 'y', \.\.\."
    ):
        train_and_test("x", table(["a", "b"]), test)


def test_no_rows() -> None:
    with pytest.raises(InputError, match=r"t\.csv holds no labelled text"):
        hold_out("x", table([]), 0.2, 0)
    with pytest.raises(InputError, match=r"test\.csv holds no labelled text"):
        train_and_test("x", table(["a", "b"]), table([], "test.csv"))
