"""Scores against the naive oracles on random cases, and golden values worked out by hand."""

from typing import Any

import numpy as np
import pytest
import torch

from cartolearn.cartography.data_map import DataMap
from cartolearn.generators import seeded, spawn
from cartolearn.models.binary import BinaryClassifier, BinarySettings, probability_of_one
from cartolearn.models.dropout import DropoutMoments
from cartolearn.models.training import EpochOrder, fit
from cartolearn.strategies.bald import BALD
from cartolearn.strategies.base import Observations, ScoreStrategy
from cartolearn.strategies.cal import CAL, high_correctness
from cartolearn.strategies.contrastive import Contrastive
from cartolearn.strategies.dal import DAL
from cartolearn.strategies.entropy import Entropy
from cartolearn.strategies.least_confidence import LeastConfidence
from cartolearn.strategies.margin import Margin
from cartolearn.testing.scene import given, picked, psi, scene
from tests.strategies import oracles

seeds = pytest.mark.parametrize("seed", range(5))
GOLDEN = torch.tensor([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0], [0.4, 0.4, 0.2], [0.7, 0.2, 0.1]])


def scores_of(strategy: ScoreStrategy, seen: Observations, seed: int = 0) -> np.ndarray:
    return strategy.score(seen, torch.Generator().manual_seed(seed)).numpy()


def arrays(seen: Observations) -> tuple[np.ndarray, ...]:
    labelled = seen.labelled_probabilities, seen.labelled_representations
    return tuple(x.double().numpy() for x in (seen.probabilities, psi(seen), *labelled))


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (LeastConfidence(), [0.5, 0, 0.6, 0.3]),
        (Margin(), [0.75, 0, 1, 0.5]),
        (Entropy(), [1.5, 0, 1.521928, 1.156780]),
    ],
    ids=["least confidence", "margin", "entropy"],
)
def test_golden_scores_of_four_instances_and_three_classes(
    strategy: ScoreStrategy, expected: list[float]
) -> None:
    seen = given(scene(n_pool=4).seen(), probabilities=GOLDEN)
    assert scores_of(strategy, seen) == pytest.approx(expected, abs=1e-6)
    order = [seen.pool_ids.tolist()[i] for i in oracles.top(expected, 4)]
    assert picked(strategy, seen, 4) == order


@seeds
def test_uncertainty_agrees_with_the_definitions(seed: int) -> None:
    seen = scene(seed=seed, n_classes=3 + seed).seen()
    P = arrays(seen)[0]
    assert scores_of(Entropy(), seen) == pytest.approx([oracles.entropy(p) for p in P], abs=1e-6)
    assert scores_of(Margin(), seen) == pytest.approx(oracles.margin(P), abs=1e-7)
    assert scores_of(LeastConfidence(), seen) == pytest.approx(oracles.least_confidence(P))


def test_golden_contrastive_of_two_neighbours() -> None:
    seen = given(
        scene(n_pool=2, n_labelled=3).seen(),
        map_pool=lambda function: function(
            torch.tensor([[0.0, 0.0], [10.0, 0.0]]),
            lambda: torch.tensor([[0.25, 0.5, 0.25], [0.5, 0.5, 0.0]]),
        ),
        labelled_probabilities=torch.tensor([[0.5, 0.25, 0.25], [1.0, 0, 0], [0.5, 0.5, 0]]),
        labelled_representations=torch.tensor([[0.0, 1.0], [1.0, 0.0], [9.0, 0.0]]),
    )
    log2 = np.log(2)
    first = (0.25 * log2 + 2 * log2) / 2  # KL(.5 .25 .25 || .25 .5 .25) = ln(2) / 4; KL(1 || .25)
    assert scores_of(Contrastive(neighbours=2), seen) == pytest.approx([first, (log2 + 0) / 2])


@seeds
@pytest.mark.parametrize("k", [1, 4, 100])
def test_contrastive_agrees_with_the_definition(seed: int, k: int) -> None:
    seen = scene(seed=seed, n_labelled=12).seen()
    P, X, labelled_P, Z = arrays(seen)
    expected = oracles.contrastive(P, X, labelled_P, Z, k)
    assert scores_of(Contrastive(neighbours=k), seen) == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_contrastive_stays_finite_where_the_pool_has_p_0() -> None:
    seen = scene(sharpness=1e5).seen()
    P, X, labelled_P, Z = arrays(seen)
    scores = scores_of(Contrastive(), seen)
    assert np.isfinite(scores).all()
    assert scores == pytest.approx(oracles.contrastive(P, X, labelled_P, Z, 10), rel=1e-4, abs=1e-6)


def test_bald_tells_doubt_from_disagreement() -> None:
    """Two passes over two instances of three classes: both undecided in the mean, one not."""
    mean, mean_entropy = torch.tensor([[0.5, 0.5, 0], [0.5, 0.5, 0]]), torch.tensor([1.0, 0])
    samples = [[[0.5, 0.5, 0], [1, 0, 0]], [[0.5, 0.5, 0], [0, 1, 0]]]
    moments = DropoutMoments(mean.double(), mean_entropy.double())
    seen = given(scene(n_pool=2).seen(), dropout=lambda _, __: moments)
    assert scores_of(BALD(), seen).tolist() == oracles.max_entropy(samples) == [1, 1]
    disagreement = scores_of(BALD(scoring="mutual_information"), seen).tolist()
    assert disagreement == oracles.mutual_information(samples) == [0, 1]


@seeds
@pytest.mark.parametrize("scoring", ["max_entropy", "mutual_information"])
def test_bald_agrees_with_the_definition(seed: int, scoring: str) -> None:
    """The thinned networks are rebuilt by zeroing units one by one in full-size matrices."""
    observed = scene(seed=seed)
    model = observed.classifier
    generator = torch.Generator().manual_seed(seed)
    layers = [
        (layer.weight.detach().double().numpy(), layer.bias.detach().double().numpy())
        for layer in (*model.hidden, model.head)
    ]
    samples = []
    for _ in range(4):
        kept = [torch.rand(8, generator=generator).numpy() >= 0.3 for _ in layers[1:]]
        thin = [layers[0], *((w * k / 0.7, b) for (w, b), k in zip(layers[1:], kept, strict=True))]
        rows = observed.features[observed.pool_ids].double().numpy()
        samples.append([oracles.mlp(x, thin) for x in rows])
    strategy = BALD(n_samples=4, scoring=scoring)  # type: ignore[arg-type]
    expected = getattr(oracles, scoring)(samples)
    seen = observed.seen()
    assert scores_of(strategy, seen, seed) == pytest.approx(expected, abs=1e-5)


@seeds
def test_dal_agrees_with_training_by_hand(seed: int) -> None:
    """Its own observations hold a part of Psi only."""
    observed = scene(n_pool=30, n_labelled=6, seed=seed)
    seen = observed.seen()
    _, X, _, Z = arrays(observed.seen())
    settings = BinarySettings(hidden_size=5, max_epochs=3, batch_size=8, learning_rate=0.01)
    joint, side = np.concatenate([Z, X]), [0] * 6 + [1] * 30
    expected = by_hand(joint, side, X, settings, seed)
    assert scores_of(DAL(classifier=settings), seen, seed) == pytest.approx(expected, abs=2e-5)


def test_without_a_border_cal_takes_the_least_confident_for_the_low_side(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Ids 9 and 4 share a confidence; 0.4 of 5 instances are the 2 lowest, of any one side."""
    gold = np.array([[0.3, 0.3, 0.9, 0.8, 0.2]], dtype=np.float32)
    ids, labels = np.array([9, 4, 1, 2, 3]), np.zeros(5, dtype=np.int64)
    for right in (True, False):
        data_map = DataMap(ids, labels, gold, np.full((1, 5), right))
        assert high_correctness(data_map, 0.4).tolist() == [True, False, True, True, False]
        assert (
            f"all 5 labelled instances have correctness {'>' if right else '<='} 0.40; the 2"
            in caplog.text
        )
    lowest = high_correctness(DataMap(ids, labels, gold, gold > 2), 0.0)
    assert lowest.tolist() == [True, True, True, True, False]


@seeds
def test_cal_agrees_with_training_by_hand(seed: int) -> None:
    seen = scene(n_pool=30, n_labelled=20, seed=seed).seen()
    _, X, _, Z = arrays(seen)
    settings = BinarySettings(hidden_size=5, max_epochs=3, batch_size=8, learning_rate=0.01)
    side = oracles.binary_labels(seen.data_map.correct, 0.2)
    assert 0 < sum(side) < 20
    expected = [0.5 - abs(0.5 - p) for p in by_hand(Z, side, X, settings, seed)]
    assert scores_of(CAL(classifier=settings), seen, seed) == pytest.approx(expected, abs=2e-5)


def by_hand(
    Z: np.ndarray, side: list[int], X: np.ndarray, settings: BinarySettings, seed: int
) -> list[float]:
    """P(1) of X from a network trained by the oracle, on the draws our code makes."""
    generator = torch.Generator().manual_seed(seed)
    with seeded(spawn(generator)):
        first = torch.nn.Linear(Z.shape[1], settings.hidden_size)
        second = torch.nn.Linear(settings.hidden_size, 2)
    orders = [torch.randperm(len(side), generator=generator).tolist() for _ in range(3)]
    batches = [[o[i : i + 8] for i in range(0, len(o), 8)] for o in orders]
    start = [(x.weight.detach().numpy(), x.bias.detach().numpy()) for x in (first, second)]
    layers = oracles.weighted_training(Z, side, start, batches, settings.learning_rate)
    return [float(oracles.mlp(x, layers)[1]) for x in X]


def test_dal_on_a_sample_sees_the_labelled_set_and_that_share_in_every_epoch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[list[int]] = []

    def watch(x: Any, y: Any, z: Any, epochs: int, size: int, own: Any, order: EpochOrder) -> None:
        def seen(generator: torch.Generator) -> torch.Tensor:
            rows = order(generator)
            drawn.append(rows.tolist())
            return rows

        fit(x, y, z, epochs, size, own, order=seen)

    monkeypatch.setattr("cartolearn.models.binary.fit", watch)
    x, y = torch.randn(50, 4), (torch.arange(50) >= 10).long()
    settings = BinarySettings(hidden_size=3, max_epochs=3, batch_size=8)
    model = settings.fit(x, y, torch.Generator().manual_seed(0), share_of_ones=0.25)
    assert len(drawn) == 3
    for rows in drawn:
        assert len(set(rows)) == len(rows) == 20
        assert set(range(10)) <= set(rows)
    assert drawn[0] != drawn[1]
    assert model.class_weights is not None
    assert model.class_weights.tolist() == [1, 1]


def test_dal_keeps_an_order_among_what_it_is_sure_of() -> None:
    """In float32, 1 / (1 + e^-20) is 1; the scores must still differ."""
    model = BinaryClassifier(
        n_features=1, n_classes=2, hidden_sizes=[1], dropout=0.0, class_weights=None,
        adam={"lr": 0.1},
    )  # fmt: skip
    values = ([[1.0]], [0.0], [[0.0], [1.0]], [0.0, 0.0])
    for parameter, value in zip(model.parameters(), values, strict=True):
        parameter.data.copy_(torch.tensor(value))
    first, second = probability_of_one(model, torch.tensor([[20.0], [25.0]])).tolist()
    assert first < second < 1
