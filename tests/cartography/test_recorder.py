"""The recorder in training outside this project's loop, as its docstring promises."""

from typing import Any

import numpy as np
import pytest
import torch
from pytorch_lightning import LightningModule, Trainer
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from cartolearn.cartography.recorder import DataMapRecorder
from cartolearn.generators import seeded


class PlainModule(LightningModule):
    """Somebody's own module, with dropout, a DataLoader, and the two-line convention."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3))
        self.snapshots: list[dict[str, Tensor]] = []

    def training_step(self, batch: Any, _: int) -> Tensor:
        return functional.cross_entropy(self.net(batch[0]), batch[1])

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=0.05)

    def on_train_epoch_end(self) -> None:
        self.snapshots.append({k: v.clone() for k, v in self.net.state_dict().items()})

    def class_probabilities(self, batch: Any) -> Tensor:
        return self.net(batch[0]).softmax(-1)

    def gold_labels(self, batch: Any) -> Tensor:
        return batch[1]


def train(epochs: int, data: TensorDataset, recorder: DataMapRecorder) -> PlainModule:
    with seeded(1):
        module = PlainModule()
        trainer = Trainer(
            max_epochs=epochs, accelerator="cpu", logger=False, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False, callbacks=[recorder],
        )  # fmt: skip
        trainer.fit(module, DataLoader(data, batch_size=4, shuffle=True))
    return module


@pytest.fixture
def data() -> TensorDataset:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(11, 5, generator=generator)
    return TensorDataset(x, torch.arange(11) % 3)


def test_each_epoch_is_evaluated_with_its_own_parameters_and_no_dropout(
    data: TensorDataset,
) -> None:
    recorder = DataMapRecorder(DataLoader(data, batch_size=4), np.arange(11) + 100)
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


def test_recording_does_not_change_training(data: TensorDataset) -> None:
    few = DataMapRecorder(DataLoader(data, batch_size=4), np.arange(11))
    none = DataMapRecorder([], np.arange(0))
    one, other = train(2, data, few), train(2, data, none)
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(a, b)


def test_the_size_of_the_batches_changes_nothing(data: TensorDataset) -> None:
    maps = []
    for size in (3, 11):
        recorder = DataMapRecorder(DataLoader(data, batch_size=size), np.arange(11))
        train(2, data, recorder)
        maps.append(recorder.data_map())
    assert maps[0].gold_probabilities == pytest.approx(maps[1].gold_probabilities, abs=1e-6)


def test_ids_must_match_the_batches(data: TensorDataset) -> None:
    with pytest.raises(ValueError, match="11 instances, the ids 20"):
        train(1, data, DataMapRecorder(DataLoader(data, batch_size=20), np.arange(20)))


def test_a_trainer_without_an_end_has_no_map(data: TensorDataset) -> None:
    with pytest.raises(ValueError, match="max_epochs"):
        train(-1, data, DataMapRecorder(DataLoader(data), np.arange(11)))
