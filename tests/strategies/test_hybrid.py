"""Shares of the budget."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cartolearn.errors import InputError
from cartolearn.strategies.entropy import Entropy
from cartolearn.strategies.hybrid import Hybrid, budget
from cartolearn.strategies.least_confidence import LeastConfidence
from cartolearn.strategies.margin import Margin
from cartolearn.strategies.random import Random
from cartolearn.testing.scene import given, picked, scene
from tests.strategies import oracles
from tests.strategies.configured import configured
from tests.strategies.test_batches import positions


def test_golden_budgets() -> None:
    assert budget(50, [0.5, 0.5]) == [25, 25]
    assert budget(51, [0.5, 0.5]) == [26, 25]
    assert budget(10, [1, 1, 1]) == [4, 3, 3]
    assert budget(7, [0.6, 0.3, 0.1]) == [4, 2, 1]
    assert budget(1, [0.2, 0.8]) == [0, 1]
    assert budget(5, [0, 2]) == [0, 5]


def test_budgets_add_up_and_agree_with_hamilton() -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        shares = random.uniform(0, 1, random.integers(1, 6)).tolist()
        n = int(random.integers(1, 60))
        assert budget(n, shares) == oracles.largest_remainder(n, shares)
        assert sum(budget(n, shares)) == n


@pytest.mark.parametrize("n", [1, 6, 7, 60])
def test_a_later_part_takes_its_next_best(n: int) -> None:
    seen = scene().seen()
    hybrid = Hybrid(
        parts={"first": Entropy(), "second": LeastConfidence()}, shares={"first": 1, "second": 1}
    )
    P = seen.probabilities.double().numpy()
    first = oracles.top([oracles.entropy(p) for p in P], 60)[: (n + 1) // 2]
    order = oracles.top(oracles.least_confidence(P), 60)
    second = [i for i in order if i not in first][: n // 2]
    assert positions(seen, picked(hybrid, seen, n)) == first + second


def test_cal_dal_is_half_cal_half_dal() -> None:
    hybrid, cal, dal = (configured(name) for name in ("cal_dal", "cal", "dal"))
    assert isinstance(hybrid, Hybrid)
    assert hybrid.parts == {"cal": cal, "dal": dal}
    assert budget(50, list(hybrid.shares.values())) == [25, 25]
    assert hybrid.all_needs == cal.all_needs | dal.all_needs


def test_parts_have_generators_of_their_own() -> None:
    """The second part draws the same whatever the first one draws."""
    seen = scene().seen()
    two: dict[str, float] = {"second": 1, "first": 1}
    one = Hybrid(parts={"first": Margin(), "second": Random()}, shares=two)
    hybrid = replace(one, parts={"first": Entropy(), "second": Random()})
    flat = given(seen, probabilities=torch.full_like(seen.probabilities, 1 / 3))
    assert picked(one, flat, 10)[5:] == picked(hybrid, flat, 10)[5:]


def test_the_guard_watches_over_all_parts() -> None:
    seen = scene().seen()
    rows = seen.features[:].clone()
    rows[seen.pool_ids[::2]] = rows[seen.pool_ids[1::2]]
    seen = given(seen, features=rows)
    hybrid = Hybrid(
        parts={"a": Random(), "b": Random()}, shares={"a": 1, "b": 1}, min_distance=1e-4
    )
    for seed in range(10):
        ids = picked(hybrid, seen, 16, seed)
        pairs = [place // 2 for place in positions(seen, ids)]
        assert len(set(pairs)) == len(ids) == 16


def test_shares_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="did you mean first"):
        Hybrid(parts={"first": Margin()}, shares={"first": 1, "frist": 1})
    with pytest.raises(InputError, match="all 0"):
        Hybrid(parts={"first": Margin()}, shares={"first": 0})
    with pytest.raises(InputError, match=r"strategy\.shares"):
        configured("cal_dal", "strategy.shares.cal=-1")
