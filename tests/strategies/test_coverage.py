"""Uncertainty-weighted coverage against greedy from the definition, ties and duplicates."""

from typing import Any

import numpy as np
import pytest
import torch

from cartolearn.cartography.data_map import DataMap
from cartolearn.strategies import greedy
from cartolearn.strategies.base import Observations, Query
from cartolearn.strategies.coverage import Coverage, drawn
from cartolearn.strategies.greedy import facility_location
from cartolearn.testing.scene import given, picked, psi, scene
from tests.strategies import oracles
from tests.strategies.configured import configured

seeds = pytest.mark.parametrize("seed", range(5))


def weights(seen: Observations, weight: str) -> list[float]:
    P = seen.probabilities.double().numpy()
    if weight == "pool_margin":
        P = seen.pool_dynamics(0).mean_probabilities.numpy()
    u = [oracles.entropy(p) for p in P] if weight == "entropy" else oracles.margin(P)
    return [1.0] * len(u) if weight == "none" or not any(u) else u


def greedily(
    query: Query,
    seen: Observations,
    bandwidth: float = 0.4,
    weight: str = "margin",
    agreement: bool = True,
    space: str = "features",
) -> None:
    """Check that every pick has the greatest gain by the definition; ``seen`` has everything."""
    held: Any = seen
    P, Q = held.probabilities.double().numpy(), held.labelled_probabilities.double().numpy()
    if not agreement:
        P, Q = np.ones((len(P), 1)), np.ones((len(Q), 1))
    X = held.features[held.pool_ids] if space == "features" else psi(held)
    labelled = torch.from_numpy(held.data_map.ids)
    Z = held.features[labelled] if space == "features" else held.labelled_representations
    pool = list(zip(X.double().numpy(), P, strict=True))
    others = list(zip(Z.double().numpy(), Q, strict=True))
    K, K_labelled = (
        [[oracles.covers(x, y, p, q, bandwidth) for y, q in columns] for x, p in pool]
        for columns in (pool, others)
    )
    chosen: list[int] = []
    for id_, score in zip(query.ids.tolist(), query.scores, strict=True):
        gains = oracles.coverage_gains(weights(seen, weight), K, K_labelled, chosen)
        chosen.append(held.pool_ids.tolist().index(id_))
        assert gains[chosen[-1]] >= max(gains) - 1e-5
        assert score == pytest.approx(gains[chosen[-1]], rel=1e-4, abs=1e-5)
    assert len(set(chosen)) == len(chosen)


@seeds
@pytest.mark.parametrize("block", [1, 3, 64])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"weight": "entropy"},
        {"weight": "pool_margin"},
        {"weight": "none", "agreement": False},
        {"space": "representations"},
        {"agreement": False},
    ],
    ids=str,
)
def test_it_is_greedy_by_the_definition(
    seed: int, block: int, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greedy, "BLOCK", block)
    observed = scene(seed=seed, n_pool=30, n_classes=3 + seed % 3)
    strategy = Coverage(**options)
    query = strategy.select(observed.seen(), 12, torch.Generator())
    greedily(query, observed.seen(), **options)
    assert (np.diff(query.scores) <= 1e-9).all()


@seeds
@pytest.mark.parametrize(
    "what", [{"one_class": True}, {"sharpness": 1e5}, {"n_labelled": 1}, {"n_classes": 2}], ids=str
)
def test_so_it_is_at_the_edges(seed: int, what: dict[str, Any]) -> None:
    """One class labelled, probabilities of 0 and 1, one label, two classes."""
    seen = scene(seed=seed, n_pool=20, **what).seen()
    greedily(Coverage().select(seen, 20, torch.Generator()), seen)


def test_a_batch_of_the_whole_pool_begins_like_a_smaller_one() -> None:
    seen = scene().seen()
    whole = picked(Coverage(), seen, 60)
    assert sorted(whole) == seen.pool_ids.tolist()
    assert picked(Coverage(), seen, 9) == whole[:9]


def test_a_duplicate_adds_nothing_and_comes_after_every_other_kind() -> None:
    """60 rows of six kinds: the first six picks, lowest ids of their kind, are all different."""
    kinds = torch.randn(6, 6, generator=torch.Generator().manual_seed(1))
    base = scene(n_labelled=0, features=kinds[torch.arange(120) % 6])
    chosen = picked(Coverage(), base.seen(), 6)
    assert len({i % 6 for i in chosen}) == 6


def test_near_duplicates_of_the_labelled_set_and_of_picks_are_left_alone() -> None:
    """Five tight heaps, one of them labelled: a batch of four takes one of each other heap."""
    random = torch.Generator().manual_seed(2)
    heaps = torch.eye(6)[torch.arange(100) % 5] + 0.01 * torch.randn(100, 6, generator=random)
    base = scene(n_pool=40, n_labelled=0).seen()
    p = torch.full((95, 3), 1 / 3)
    gold = np.ones((2, 1), dtype=np.float32)
    seen = given(
        base,
        features=heaps,
        pool_ids=torch.arange(5, 100),
        data_map=DataMap(np.array([0]), np.array([0]), gold, gold > 0),
        probabilities=p,
        labelled_probabilities=p[:1],
    )
    assert sorted(i % 5 for i in picked(Coverage(), seen, 4)) == [1, 2, 3, 4]


def test_without_agreement_between_the_predictions_nothing_is_covered() -> None:
    """Equal features, opposite predictions: both are picked before a third that agrees."""
    base = scene().seen()
    gold = np.ones((2, 0), dtype=np.float32)
    nothing = np.empty(0, dtype=np.int64)
    seen = given(
        base,
        features=torch.tensor([[1.0, 0], [1.0, 0], [1.0, 0]]),
        pool_ids=torch.arange(3),
        data_map=DataMap(nothing, nothing, gold, gold > 0),
        probabilities=torch.tensor([[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]),
        labelled_probabilities=torch.empty(0, 4),
    )
    assert picked(Coverage(), seen, 3) == [0, 2, 1]


def test_where_the_model_is_sure_of_everything_all_count_alike() -> None:
    base = scene(n_pool=30).seen()
    seen = given(base, probabilities=torch.eye(3)[torch.arange(30) % 3])
    greedily(Coverage().select(seen, 6, torch.Generator()), seen, weight="none")


@seeds
def test_only_the_most_uncertain_are_picked(seed: int) -> None:
    observed = scene(seed=seed)
    seen = observed.seen()
    best = oracles.top(weights(seen, "margin"), 10)
    chosen = picked(Coverage(candidates=10), seen, 4)
    assert set(chosen) <= set(seen.pool_ids[best].tolist())
    assert len(picked(Coverage(candidates=2), seen, 7)) == 7


def test_candidates_of_equal_weight_are_drawn() -> None:
    strategy = configured("max_herding", "strategy.candidates=5")
    seen = scene().seen()
    first = [picked(strategy, seen, 5, seed) for seed in range(20)]
    assert len({tuple(sorted(ids)) for ids in first}) > 15


@seeds
def test_the_sample_estimates_the_sum_without_bias(seed: int) -> None:
    random = torch.Generator().manual_seed(seed)
    u = torch.rand(500, generator=random, dtype=torch.float64) ** 3
    f = torch.rand(500, generator=random, dtype=torch.float64)
    estimates = []
    for _ in range(400):
        rows, w = drawn(u, 50, random)
        assert len(rows) == 50
        estimates.append(float((w * f[rows]).sum()))
    spread = np.std(estimates) / np.sqrt(len(estimates))
    assert np.mean(estimates) == pytest.approx(float((u * f).sum()), abs=4 * spread)
    rows, w = drawn(u, 500, random)
    assert torch.equal(w, u)
    assert torch.equal(rows, torch.arange(500))


def test_rows_of_weight_0_are_never_drawn() -> None:
    u = torch.zeros(100, dtype=torch.float64)
    u[[3, 50, 99]] = torch.tensor([1.0, 2.0, 1.0], dtype=torch.float64)
    for seed in range(20):
        rows, _ = drawn(u, 8, torch.Generator().manual_seed(seed))
        assert torch.bincount(rows, minlength=100)[[3, 50, 99]].tolist() == [2, 4, 2]


@seeds
@pytest.mark.parametrize("block", [1, 4, 64])
def test_lazy_choices_are_those_of_computing_every_gain(
    seed: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a grid of eighths, where many gains tie exactly and the lower row has to come first."""
    monkeypatch.setattr(greedy, "BLOCK", block)
    random = torch.Generator().manual_seed(seed)
    similarity = torch.randint(0, 9, (40, 12), generator=random) / 8
    similarity[20:] = similarity[:20]
    w = torch.randint(0, 3, (12,), generator=random).double()
    reached = torch.randint(0, 5, (12,), generator=random) / 8
    chosen, gains = facility_location(similarity, w, reached.clone(), 40)
    left = list(range(40))
    for place, gain in zip(chosen, gains, strict=True):
        all_gains = ((similarity - reached).clamp(min=0).double() * w).sum(dim=1)
        best = max(left, key=lambda j: (float(all_gains[j]), -j))
        assert place == best
        assert gain == float(all_gains[best])
        reached = torch.maximum(reached, similarity[best])
        left.remove(best)
