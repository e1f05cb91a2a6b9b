"""The pool's own data map: recorded against the final prediction, and chosen by."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cartolearn.models.epochs import EpochWeights
from cartolearn.models.training import fit
from cartolearn.strategies.base import ScoreStrategy
from cartolearn.strategies.pool_confidence import PoolConfidence
from cartolearn.strategies.pool_flips import PoolFlips
from cartolearn.strategies.pool_map import PoolMapStrategy
from cartolearn.strategies.pool_margin import PoolMargin
from cartolearn.strategies.pool_variability import PoolVariability
from cartolearn.testing.scene import Scene, picked, scene
from tests.strategies import oracles

seeds = pytest.mark.parametrize("seed", range(5))


def epochs_of(observed: Scene, skip: int = 0) -> list[list[np.ndarray]]:
    """p(y | x) [E][N][C] of the pool, row by row."""
    rows = observed.features[observed.pool_ids].double().numpy()
    passes = []
    for weights in observed.epochs[skip:]:
        values = [
            weights[name].double().numpy() for name, _ in observed.classifier.named_parameters()
        ]
        layers = list(zip(values[::2], values[1::2], strict=True))
        passes.append([oracles.mlp(x, layers) for x in rows])
    return passes


@seeds
@pytest.mark.parametrize("skip", [0, 2])
def test_the_pool_s_dynamics_agree_with_the_definitions(seed: int, skip: int) -> None:
    observed = scene(seed=seed, n_classes=3 + seed % 2)
    expected = oracles.pool_statistics(epochs_of(observed, skip))
    found = observed.seen().pool_dynamics(skip)
    for name in ("confidence", "variability", "correctness"):
        wanted = [e[name] for e in expected]
        assert getattr(found.data_map, name) == pytest.approx(wanted, abs=1e-5), name
    assert found.flips.tolist() == [e["flips"] for e in expected]
    assert found.data_map.ids.tolist() == observed.pool_ids.tolist()
    assert found.data_map.correct[-1].all()


def test_golden_dynamics_of_two_instances_two_epochs_three_classes() -> None:
    """With one-hot inputs and no hidden layer, p of row i is the softmax of a weight column."""
    observed = scene(n_pool=2)
    path = np.array([[[0.5, 0.3, 0.2], [0.6, 0.2, 0.2]], [[0.2, 0.7, 0.1], [0.8, 0.1, 0.1]]])
    model = observed.classifier
    model.hidden = torch.nn.ModuleList()
    model.head = torch.nn.Linear(2, 3)
    weights = [
        {"head.weight": torch.tensor(p.T).log().float(), "head.bias": torch.zeros(3)} for p in path
    ]
    trained = replace(observed.trained(), inputs=torch.eye(2), epochs=weights)
    found = trained.dynamics(torch.arange(2))
    assert found.data_map.labels.tolist() == [1, 0]
    assert found.data_map.confidence.tolist() == pytest.approx([0.5, 0.7])
    assert found.data_map.variability.tolist() == pytest.approx([0.2, 0.1])
    assert found.data_map.correctness.tolist() == [0.5, 1]
    assert found.flips.tolist() == [1, 0]
    assert found.mean_probabilities.numpy() == pytest.approx(path.mean(axis=0))


@seeds
def test_scores_agree_with_the_definitions(seed: int) -> None:
    observed = scene(seed=seed)
    seen, passes = observed.seen(), epochs_of(observed)
    expected = oracles.pool_statistics(passes)
    margins = oracles.margin(passes[-1])
    flips = [(e["flips"] + m / 2) / 5 for e, m in zip(expected, margins, strict=True)]
    generator = torch.Generator()
    cases: list[tuple[PoolMapStrategy, list[float], float]] = [
        (PoolMargin(), [e["margin"] for e in expected], 0),
        (PoolConfidence(), [e["confidence"] for e in expected], 0),
        (PoolVariability(), [e["variability"] for e in expected], 1),
        (PoolFlips(), flips, 1),
    ]
    for strategy, values, end in cases:
        for region in (0.0, 0.3, 1.0):
            scores = replace(strategy, region=region).score(seen, generator)
            wanted = 1 - np.abs(np.array(values) - np.quantile(values, region))
            assert scores.numpy() == pytest.approx(wanted, abs=1e-5)
        order = np.argsort(values if end == 0 else [-v for v in values], kind="stable")
        ids = picked(strategy, seen, 5)
        assert ids == [int(observed.pool_ids[i]) for i in order[:5]]


def test_flips_come_before_margins() -> None:
    seen = scene().seen()
    flips = dict(zip(seen.pool_ids.tolist(), seen.pool_dynamics(0).flips.tolist(), strict=True))
    picks = [flips[i] for i in picked(PoolFlips(), seen, 60)]
    assert picks == sorted(picks, reverse=True)
    assert len(set(picks)) > 2


def test_at_least_the_last_epoch_stays() -> None:
    seen = scene().seen()
    strategy: ScoreStrategy = PoolConfidence(skip_epochs=100)
    top = seen.probabilities.amax(dim=1).double()
    scores = strategy.score(seen, torch.Generator())
    assert scores.numpy() == pytest.approx((1 - (top - top.min())).numpy(), abs=1e-6)


def test_the_weights_of_every_epoch_are_kept_and_the_last_are_the_model_s() -> None:
    observed = scene()
    model, epochs = observed.classifier, EpochWeights()
    before = [p.detach().clone() for p in model.parameters()]
    y = torch.arange(15) % 3
    fit(model, observed.features[:15], y, 3, 8, torch.Generator().manual_seed(0), [epochs])
    assert len(epochs.weights) == 3
    for name, value in model.named_parameters():
        assert torch.equal(epochs.weights[-1][name], value)
    first = [epochs.weights[0][name] for name, _ in model.named_parameters()]
    assert not any(torch.equal(a, b) for a, b in zip(first, before, strict=True))


def test_chunks_do_not_matter_and_nothing_else_is_changed() -> None:
    observed = scene()
    one, other = (observed.trained(rows).dynamics(observed.pool_ids) for rows in (10, 1024))
    # A product of another height may round otherwise, as some processors do.
    maps = (one.data_map.gold_probabilities, other.data_map.gold_probabilities)
    np.testing.assert_allclose(*maps, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(one.mean_probabilities, other.mean_probabilities)
    assert torch.equal(one.flips, other.flips)
