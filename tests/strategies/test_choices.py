"""Making a batch of scores: the best, by chance, one of each kind, and without near-duplicates."""

import logging
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor

from cartolearn.errors import InputError
from cartolearn.strategies.base import Observations, ScoreStrategy
from cartolearn.strategies.choose.base import Choice
from cartolearn.strategies.choose.diverse import Diverse
from cartolearn.strategies.choose.stochastic import Gumbel, Power
from cartolearn.strategies.choose.top_n import top_n
from cartolearn.strategies.margin import Margin
from cartolearn.strategies.random import Random
from cartolearn.testing.scene import given, picked, scene
from tests.strategies import oracles
from tests.strategies.configured import configured
from tests.strategies.test_batches import blob_scene, positions

seeds = pytest.mark.parametrize("seed", range(5))


@dataclass(frozen=True, kw_only=True)
class Given(ScoreStrategy):
    """Scores that the test makes up."""

    scores: tuple[float, ...]

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        del seen, generator
        return torch.tensor(self.scores, dtype=torch.float64)


@seeds
def test_top_n_is_the_head_of_a_full_sort(seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(0, 6, 40).astype(float)
    ids = np.sort(random.permutation(100)[:40])
    for n in (1, 7, 39, 40, 99):
        expected = oracles.top(scores, n)
        assert top_n(scores, ids, n).ids.tolist() == ids[expected].tolist()
        assert top_n(scores, ids, n).scores.tolist() == scores[expected].tolist()


def test_ties_go_to_the_lower_id() -> None:
    seen = scene(n_pool=5).seen()
    ids = picked(Given(scores=(1, 2, 2, 0, 2)), seen, 4)
    assert positions(seen, ids) == [1, 2, 4, 0]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_refused_by_id(bad: float) -> None:
    seen = scene(n_pool=4).seen()
    with pytest.raises(FloatingPointError, match=rf"row {int(seen.pool_ids[2])} is not"):
        picked(Given(scores=(0, 1, bad, 1)), seen, 1)


@pytest.mark.parametrize(
    ("choose", "weights"),
    [(Gumbel(beta=2.0), np.exp([0, 1, 2, 3])), (Power(beta=2.0), np.array([0, 0.25, 1, 2.25]))],
    ids=["gumbel", "power"],
)
def test_chance_follows_the_scores(choose: Choice, weights: np.ndarray) -> None:
    """Draws without replacement: the second given the first follow the same weights."""
    seen = scene(n_pool=4).seen()
    strategy = Given(scores=(0, 0.5, 1, 1.5), choose=choose)
    pairs = np.array([positions(seen, picked(strategy, seen, 2, s)) for s in range(4000)])
    shares = np.bincount(pairs[:, 0], minlength=4) / 4000
    assert shares == pytest.approx(weights / weights.sum(), abs=0.03)
    after = pairs[pairs[:, 0] == 3, 1]
    rest = weights[:3] / weights[:3].sum()
    assert np.bincount(after, minlength=3) / len(after) == pytest.approx(rest, abs=0.04)


def test_power_takes_zeros_last_and_refuses_negative_scores() -> None:
    seen = scene(n_pool=4).seen()
    ids = picked(Given(scores=(0, 1e-9, 0, 3), choose=Power()), seen, 4)
    assert set(positions(seen, ids)[:2]) == {1, 3}
    assert positions(seen, ids)[2:] == [0, 2]
    for choose in (Power(), Diverse(space="features")):
        with pytest.raises(InputError, match="at least 0"):
            picked(Given(scores=(-1, -2, -3, -4), choose=choose), seen, 2)


def test_high_beta_is_top_n() -> None:
    seen = scene().seen()
    scores = tuple(torch.rand(60, generator=torch.Generator().manual_seed(0)).tolist())
    best = picked(Given(scores=scores), seen, 10)
    for choose in (Gumbel(beta=1e6), Power(beta=1e6)):
        assert picked(Given(scores=scores, choose=choose), seen, 10) == best


@seeds
def test_diverse_takes_one_of_each_blob_among_the_best_weighted_by_score(seed: int) -> None:
    """Three blobs score well, the fourth is below the cut of beta * n = 30."""
    sizes = (12, 8, 10, 20)
    seen = blob_scene(sizes, 0, seed)
    random = np.random.default_rng(seed)
    scores = np.where(np.arange(50) < 30, random.uniform(1, 9, 50), random.uniform(0, 0.9, 50))
    blob = np.repeat(range(3), sizes[:3])
    X = seen.features[:30].double().numpy()
    labels, centres = oracles.lloyd(X, scores[:30], blob, 3)
    expected = oracles.one_a_cluster(X, labels, centres)
    strategy = Given(scores=tuple(scores), choose=Diverse(beta=10))
    ids = picked(strategy, seen, 3, seed)
    assert ids == sorted(expected, key=lambda i: -scores[i])


def test_diverse_minibatch_is_margin_with_diverse_choosing() -> None:
    strategy = configured("diverse_minibatch")
    assert strategy == Margin(choose=Diverse(beta=10, space="representations"))
    assert strategy == configured("margin", "choose@strategy.choose=diverse")
    assert strategy.all_needs == {"probabilities", "representations"}
    assert Margin(choose=Diverse(space="features")).all_needs == {"probabilities"}


@seeds
@pytest.mark.parametrize("distance", [0.05, 0.3, 1.0])
def test_the_guard_takes_the_next_best(seed: int, distance: float) -> None:
    observed = scene(seed=seed)
    seen = observed.seen()
    scores = np.random.default_rng(seed).integers(0, 30, 60)
    rows = seen.features[seen.pool_ids].double().numpy()
    expected = oracles.far_apart(oracles.top(scores, 60), rows, 5, distance)
    strategy = Given(scores=tuple(map(float, scores)), min_distance=distance)
    assert positions(seen, picked(strategy, seen, len(expected))) == expected


def test_the_guard_knows_duplicates_and_texts_without_known_tokens() -> None:
    rows = torch.tensor([[1.0, 0], [2.0, 0], [0, 0], [0, 0], [0, 1.0]])
    seen = given(scene(n_pool=5).seen(), features=rows, pool_ids=torch.arange(5))
    strategy = Given(scores=(5, 4, 3, 2, 1), min_distance=1e-3)
    assert picked(strategy, seen, 3) == [0, 2, 4]


def test_the_guard_fills_up_with_near_ones_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    rows = torch.tensor([[1.0, 0], [2.0, 0], [3.0, 0], [0, 1.0]])
    seen = given(scene(n_pool=4).seen(), features=rows, pool_ids=torch.arange(4))
    with caplog.at_level(logging.WARNING):
        ids = picked(Given(scores=(4, 3, 2, 1), min_distance=0.01), seen, 3)
    assert ids == [0, 3, 1]
    assert "only 2 instances are 0.01 apart" in caplog.text


def test_random_draws_uniformly_without_replacement() -> None:
    seen = scene(n_pool=5).seen()
    pairs = [tuple(positions(seen, picked(Random(), seen, 2, s))) for s in range(4000)]
    counts = np.zeros((5, 5))
    np.add.at(counts, tuple(np.array(pairs).T), 1)
    assert counts.diagonal().sum() == 0
    assert counts[~np.eye(5, dtype=bool)] / 4000 == pytest.approx(np.full(20, 0.05), abs=0.015)
