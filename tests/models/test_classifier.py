"""The classifiers: weights, layers, and training against a bare loop."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch.nn import functional

from cartolearn.cartography.data_map import DataMap
from cartolearn.generators import generator, seeded
from cartolearn.models.binary import BinarySettings, probability_of_one
from cartolearn.models.classifier import balanced_class_weights
from cartolearn.models.mlp import MLP
from cartolearn.models.predict import chunks
from cartolearn.models.trained import Trained
from cartolearn.models.training import fit


def mlp(labels: torch.Tensor, hidden: Sequence[int] = (8, 7, 6), dropout: float = 0.3) -> MLP:
    with seeded(3):
        return MLP(
            n_features=5, n_classes=3, labels=labels,
            hidden_sizes=tuple(hidden), dropout=dropout, learning_rate=0.01,
        )  # fmt: skip


NO_MAP = DataMap(
    np.empty(0, np.int64),
    np.empty(0, np.int64),
    np.empty((0, 0), np.float32),
    np.empty((0, 0), np.bool_),
)


@pytest.fixture
def data() -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.randn(22, 5, generator=torch.Generator().manual_seed(0))
    return x, torch.arange(22) % 3


def test_class_weights_by_hand() -> None:
    weights = balanced_class_weights(torch.tensor([0, 0, 0, 1]), 3)
    assert weights.tolist() == pytest.approx([4 / (2 * 3), 4 / (2 * 1), 0.0])
    assert balanced_class_weights(torch.tensor([2, 2]), 3).tolist() == [0, 0, 1]


def test_psi_is_the_third_hidden_layer(data: tuple[torch.Tensor, torch.Tensor]) -> None:
    x, y = data
    model = mlp(y).eval()
    h = x
    for layer in model.hidden:
        h = torch.relu(h @ layer.weight.T + layer.bias)  # type: ignore[operator]
    assert torch.allclose(model.represent(x), h, atol=1e-6)
    assert model.represent(x).shape == (22, 6)
    assert torch.allclose(model(x), h @ model.head.weight.T + model.head.bias, atol=1e-6)


def test_training_equals_a_bare_loop(data: tuple[torch.Tensor, torch.Tensor]) -> None:
    x, y = data
    model = mlp(y)
    with seeded(5):
        fit(model, x, y, 3, 4, generator(0, "batches"))
    bare = mlp(y).train()
    weights = balanced_class_weights(y, 3)
    adam = torch.optim.Adam(bare.parameters(), lr=0.01, fused=True)
    order = generator(0, "batches")
    with seeded(5):
        for _ in range(3):
            for rows in torch.randperm(22, generator=order).split(4):
                log_p = bare(x[rows]).log_softmax(1)
                w = weights[y[rows]]
                loss = -(w * log_p[torch.arange(len(rows)), y[rows]]).sum() / w.sum()
                adam.zero_grad()
                loss.backward()
                adam.step()
    for mine, theirs in zip(model.parameters(), bare.parameters(), strict=True):
        assert torch.allclose(mine, theirs, atol=1e-5)


def test_training_uses_dropout_and_prediction_does_not(
    data: tuple[torch.Tensor, torch.Tensor],
) -> None:
    x, y = data
    model = mlp(y, dropout=0.9)
    assert not torch.equal(model.train()(x), model(x))
    fit(model, x, y, 1, 4, generator(0))
    assert not model.training
    assert torch.equal(model(x), model(x))


def test_training_leaves_the_global_generator_alone(
    data: tuple[torch.Tensor, torch.Tensor],
) -> None:
    state = torch.get_rng_state()
    numpy_state = np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    BinarySettings(hidden_size=4, max_epochs=1).fit(data[0], data[1] % 2, generator(0))
    assert torch.equal(state, torch.get_rng_state())
    assert np.random.get_state()[1].tolist() == numpy_state  # type: ignore[index]  # noqa: NPY002


def test_the_binary_classifier_learns_and_repeats(
    data: tuple[torch.Tensor, torch.Tensor],
) -> None:
    x, _ = data
    y = (x[:, 0] > 0).long()
    settings = BinarySettings(hidden_size=16, max_epochs=60, batch_size=4, learning_rate=0.01)
    one, two = (probability_of_one(settings.fit(x, y, generator(7)), x) for _ in range(2))
    assert torch.equal(one, two)
    assert ((one > 0.5).long() == y).float().mean() > 0.9
    other = probability_of_one(settings.fit(x, y, generator(8)), x)
    assert not torch.equal(one, other)


def test_a_continued_classifier_takes_over_weights_and_moments(
    data: tuple[torch.Tensor, torch.Tensor],
) -> None:
    x, y = data
    straight = mlp(y, dropout=0.0)
    order = generator(1)
    fit(straight, x, y, 4, 4, order)
    first = mlp(y, dropout=0.0)
    order = generator(1)
    fit(first, x, y, 2, 4, order)
    second = mlp(y, dropout=0.0)
    second.continue_from(first)
    fit(second, x, y, 2, 4, order)
    for a, b in zip(straight.parameters(), second.parameters(), strict=True):
        assert torch.allclose(a, b, atol=1e-6)


def test_a_loss_that_is_not_finite_stops_training(
    data: tuple[torch.Tensor, torch.Tensor],
) -> None:
    x, y = data
    x = x.clone()
    x[3, 2] = torch.nan
    with pytest.raises(FloatingPointError, match="epoch 0"):
        fit(mlp(y), x, y, 2, 4, generator(0))


@pytest.mark.parametrize("size", [0, 1, 5, 64, 65, 129, 1000])
@pytest.mark.parametrize("rows", [1, 64, 1024])
def test_chunks_cover_every_id_once(size: int, rows: int) -> None:
    ids = torch.arange(size) * 3
    found = list(chunks(ids, rows))
    assert torch.equal(torch.cat([chunk for _, chunk in found]), ids)
    for place, chunk in found:
        assert torch.equal(ids[place], chunk)
        assert len(chunk) <= rows
        assert len(chunk) >= min(size, rows) // 2


def test_probabilities_do_not_depend_on_the_chunk(
    data: tuple[torch.Tensor, torch.Tensor],
) -> None:
    model = mlp(data[1])
    features = torch.randn(3000, 5, generator=torch.Generator().manual_seed(1))
    ids = torch.randperm(3000, generator=torch.Generator().manual_seed(2))[:2500]
    whole = functional.softmax(model.eval()(features[ids]), dim=1).detach()
    for rows in (16, 300, 1024, 9999):
        found = Trained(model, features, 3, NO_MAP, rows=rows).probabilities(ids)
        assert torch.allclose(found, whole, atol=1e-6)
