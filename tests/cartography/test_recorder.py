"""The recorder in training outside this project's loop, as its docstring promises."""

import random
from typing import Any

import numpy as np
import pytest
import torch
from pytorch_lightning import LightningDataModule, LightningModule, Trainer
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from cartolearn.cartography.recorder import DataMapRecorder
from cartolearn.generators import seeded
from tests.cartography.training import QUIET, PlainModule, some_data, train


@pytest.fixture
def data() -> TensorDataset:
    return some_data()


def recorder_of(data: TensorDataset, size: int = 4) -> DataMapRecorder:
    return DataMapRecorder(DataLoader(data, batch_size=size), np.arange(len(data)) + 100)


def test_each_epoch_is_evaluated_with_its_own_parameters_and_no_dropout(
    data: TensorDataset,
) -> None:
    recorder = recorder_of(data)
    module = train(3, data, recorder)
    data_map = recorder.data_map()
    x, y = data.tensors
    assert (data_map.ids == np.arange(11) + 100).all()
    assert (data_map.labels == y.numpy()).all()
    for epoch, parameters in enumerate(module.snapshots):
        module.net.load_state_dict(parameters)
        module.eval()
        p = module.net(x).softmax(-1).detach()
        for i in range(11):
            assert data_map.gold_probabilities[epoch, i] == pytest.approx(
                p[i, y[i]].item(), abs=1e-6
            )
            assert data_map.correct[epoch, i] == (p[i].argmax() == y[i]).item()


def test_the_size_of_the_batches_changes_nothing(data: TensorDataset) -> None:
    maps = []
    for size in (3, 11):
        recorder = recorder_of(data, size)
        train(2, data, recorder)
        maps.append(recorder.data_map())
    assert maps[0].gold_probabilities == pytest.approx(maps[1].gold_probabilities, abs=1e-6)


class Noisy(PlainModule):
    """Draws from every global generator, while training and while it is evaluated."""

    def training_step(self, batch: Any, index: int) -> Tensor:
        noise = float(np.random.normal()) + random.random()  # noqa: NPY002, S311
        return super().training_step(batch, index) * (1 + 0.1 * noise)

    def class_probabilities(self, batch: Any) -> Tensor:
        np.random.normal()  # noqa: NPY002
        random.random()  # noqa: S311
        torch.rand(3)
        return super().class_probabilities(batch)


class Frozen(Noisy):
    """Keeps its BatchNorm in evaluation while the rest trains, once, before the training."""

    def on_train_start(self) -> None:
        self.net[1].eval()


class Calls(nn.Module):
    """Counts its calls in two buffers, whatever its mode, and makes less of logits by the count."""

    def __init__(self) -> None:
        super().__init__()
        self.changed: Tensor
        self.replaced: Tensor
        self.register_buffer("changed", torch.zeros(1))
        self.register_buffer("replaced", torch.zeros(1))

    def forward(self, logits: Tensor) -> Tensor:
        self.changed += 1
        self.replaced = self.replaced + 1
        return logits / (1 + 0.1 * self.changed + 0.1 * self.replaced)


class Counting(PlainModule):
    """Learns less, the more it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.net.append(Calls())


@pytest.mark.parametrize("module", [Noisy, Frozen, Counting])
def test_recording_does_not_change_the_training_by_a_bit(
    data: TensorDataset, module: type[PlainModule]
) -> None:
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    with_map = train(3, data, recorder_of(data), module=module)
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    without = train(3, data, module=module)
    for name, value in without.state_dict().items():
        assert torch.equal(value, with_map.state_dict()[name]), name


def test_a_generator_that_both_loaders_share_is_put_back(data: TensorDataset) -> None:
    weights = []
    for watched in (True, False):
        shared = torch.Generator().manual_seed(3)
        loader = DataLoader(data, batch_size=4, shuffle=True, generator=shared)
        mine = DataLoader(data, batch_size=4, generator=shared)
        callbacks = [DataMapRecorder(mine, np.arange(11))] if watched else []
        weights.append(train(3, data, *callbacks, loader=loader).net.state_dict())
    for name, value in weights[0].items():
        assert torch.equal(value, weights[1][name]), name


def test_every_submodule_keeps_its_own_mode(data: TensorDataset) -> None:
    module = train(2, data, recorder_of(data), module=Frozen)
    modes = [part.training for part in module.net]
    assert modes == [True, False, True, True, True]


@pytest.mark.parametrize(
    ("precision", "within"),
    [("64-true", 1e-5), ("bf16-mixed", 0.05), ("bf16-true", 0.05), ("16-true", 0.02)],
)
def test_it_evaluates_under_the_precision_of_the_trainer(
    data: TensorDataset, precision: str, within: float
) -> None:
    plain, other = recorder_of(data), recorder_of(data)
    still: Any = type("Still", (PlainModule,), {"configure_optimizers": lambda _: None})
    train(1, data, plain, module=still)
    train(1, data, other, module=still, precision=precision)
    one, two = plain.data_map().gold_probabilities, other.data_map().gold_probabilities
    assert one == pytest.approx(two, abs=within)


class Caching(PlainModule):
    """Computes a frozen part once, in evaluation, and trains on it afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: Tensor | None = None

    def class_probabilities(self, batch: Any) -> Tensor:
        if self.kept is None:
            self.kept = torch.ones(5, 5) @ torch.eye(5)
        return self.net(batch[0] @ self.kept).softmax(-1)

    def training_step(self, batch: Any, index: int) -> Tensor:
        if self.kept is None:
            return super().training_step(batch, index)
        return super().training_step([batch[0] @ self.kept, batch[1]], index)


def test_what_a_module_caches_can_be_trained_on(data: TensorDataset) -> None:
    module = train(2, data, recorder_of(data), module=Caching)
    assert isinstance(module, Caching)
    assert module.kept is not None
    assert not module.kept.is_inference()


class Hooked(PlainModule):
    """Its batches are dictionaries until its own hooks unpack them; it augments in training."""

    def on_before_batch_transfer(self, batch: Any, _: int) -> Any:
        return [batch["x"], batch["y"]]

    def transfer_batch_to_device(self, batch: Any, device: Any, _: int) -> Any:
        return [part.to(device) for part in batch]

    def on_after_batch_transfer(self, batch: Any, _: int) -> Any:
        noise = torch.randn_like(batch[0]) if self.trainer.training else 0
        return [(batch[0] + noise) * 2, batch[1]]


def test_the_hooks_of_the_module_are_called_as_in_validation(data: TensorDataset) -> None:
    x, y = data.tensors
    rows = [{"x": x[i : i + 4], "y": y[i : i + 4]} for i in range(0, 11, 4)]
    recorder = DataMapRecorder(rows, np.arange(11))
    loader: Any = DataLoader(rows, batch_size=None, shuffle=True)  # type: ignore[arg-type]
    module = train(2, data, recorder, module=Hooked, loader=loader)
    p = module.eval().net(x * 2).softmax(-1)[torch.arange(11), y]
    assert recorder.data_map().gold_probabilities[-1] == pytest.approx(p.detach().numpy(), abs=1e-6)


class Doubling(LightningDataModule):
    """A data module with a hook of its own."""

    def __init__(self, data: TensorDataset) -> None:
        super().__init__()
        self.data = data

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.data, batch_size=4)

    def on_before_batch_transfer(self, batch: Any, _: int) -> Any:
        return [batch[0] * 2, batch[1]]


def test_the_hooks_of_a_data_module_are_called(data: TensorDataset) -> None:
    recorder = recorder_of(data)
    module = PlainModule()
    trainer = Trainer(max_epochs=1, callbacks=[recorder], enable_checkpointing=False, **QUIET)
    trainer.fit(module, datamodule=Doubling(data))
    x, y = data.tensors
    p = module.eval().net(x * 2).softmax(-1)[torch.arange(11), y]
    assert recorder.data_map().gold_probabilities[0] == pytest.approx(p.detach().numpy(), abs=1e-6)


class Sigmoid(LightningModule):
    """A binary model, as the documentation shows it."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(5, 1)

    def training_step(self, batch: Any, _: int) -> Tensor:
        logits = self.layer(batch[0])[:, 0]
        return nn.functional.binary_cross_entropy_with_logits(logits, (batch[1] % 2).float())

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.5)

    def class_probabilities(self, batch: Any) -> Tensor:
        p = self.layer(batch[0])[:, 0].sigmoid()
        return torch.stack([1 - p, p], dim=1)

    def gold_labels(self, batch: Any) -> Tensor:
        return batch[1] % 2


def test_a_binary_model_gives_two_columns(data: TensorDataset) -> None:
    recorder = recorder_of(data)
    trainer = Trainer(max_epochs=2, callbacks=[recorder], enable_checkpointing=False, **QUIET)
    with seeded(0):
        trainer.fit(Sigmoid(), DataLoader(data, batch_size=4))
    data_map = recorder.data_map()
    assert data_map.gold_probabilities.shape == (2, 11)
    assert ((data_map.gold_probabilities > 0.5) == data_map.correct).all()
