"""Work in several threads of one torch thread each."""

import threading
import time

import pytest
import torch

from cartolearn.models.side_by_side import side_by_side
from tests.conftest import Threads


@pytest.mark.parametrize("number", [1, 3])
def test_results_come_in_order_each_from_one_thread_of_torch(number: int, threads: Threads) -> None:
    threads(number)

    def work(value: int) -> tuple[int, int]:
        time.sleep(0.01 * (value == 0))
        return value, torch.get_num_threads()

    with side_by_side(20) as at_once:
        assert list(at_once(work, range(20))) == [(value, 1) for value in range(20)]
    assert torch.get_num_threads() == number


def test_chunks_are_worked_on_at_the_same_time(threads: Threads) -> None:
    threads(3)
    all_here = threading.Barrier(3, timeout=20)
    with side_by_side(9) as at_once:
        assert sorted(at_once(lambda _: all_here.wait(), range(9))) == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_few_chunks_are_worked_on_without_threads_of_their_own(threads: Threads) -> None:
    threads(3)
    with side_by_side(7) as at_once:
        assert set(at_once(lambda _: threading.current_thread(), range(7))) == {
            threading.current_thread()
        }
    assert torch.get_num_threads() == 3


@pytest.mark.parametrize("number", [1, 3])
def test_the_first_error_in_order_is_raised(number: int, threads: Threads) -> None:
    threads(number)

    def work(value: int) -> None:
        time.sleep(0.05 * (value == 2))
        if value in (2, 3):
            raise ValueError(f"chunk {value}")

    with pytest.raises(ValueError, match="chunk 2"), side_by_side(10) as at_once:
        list(at_once(work, range(10)))
    assert torch.get_num_threads() == number


def test_inside_another_it_goes_one_by_one(threads: Threads) -> None:
    threads(2)

    def work(value: int) -> list[int]:
        with side_by_side(9) as at_once:
            return list(at_once(lambda other: value * other, range(9)))

    with side_by_side(9) as at_once:
        assert list(at_once(work, range(9))) == [[i * j for j in range(9)] for i in range(9)]
