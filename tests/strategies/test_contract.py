"""What holds for every strategy in conf/strategy; a new one is tested without new test code."""

import pytest

from cartolearn.strategies.base import Strategy
from cartolearn.testing import StrategyContract
from cartolearn.testing.contract import SCENES
from tests.strategies.configured import NAMES, configured

CHOICES = ("gumbel", "power", "diverse")
CASES = [(name,) for name in NAMES] + [
    ("margin", f"choose@strategy.choose={choice}") for choice in CHOICES
]


class TestEveryStrategy(StrategyContract):
    @pytest.fixture(params=CASES, ids=" ".join)
    def strategy(self, request: pytest.FixtureRequest) -> Strategy:
        return configured(*request.param)


def test_the_extreme_scene_has_probabilities_of_0_and_1() -> None:
    p = SCENES["p is 0 or 1"].seen().probabilities
    assert p is not None
    assert ((p == 0) | (p == 1)).all(dim=1).float().mean() > 0.9
