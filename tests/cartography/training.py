"""Somebody's own training, outside this project's loop."""

from pathlib import Path
from typing import Any

import torch
from pytorch_lightning import Callback, LightningModule, Trainer
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from cartolearn.generators import seeded

QUIET: dict[str, Any] = {
    "accelerator": "cpu",
    "logger": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
}


class PlainModule(LightningModule):
    """A module with dropout, a BatchNorm, and the two-line convention."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3)
        )
        self.snapshots: list[dict[str, Tensor]] = []

    def training_step(self, batch: Any, _: int) -> Tensor:
        return functional.cross_entropy(self.net(batch[0]).float(), batch[1])

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=0.05)

    def on_train_epoch_end(self) -> None:
        self.snapshots.append({k: v.clone() for k, v in self.net.state_dict().items()})

    def class_probabilities(self, batch: Any) -> Tensor:
        return self.net(batch[0]).softmax(-1)

    def gold_labels(self, batch: Any) -> Tensor:
        return batch[1]


def some_data(n: int = 11) -> TensorDataset:
    generator = torch.Generator().manual_seed(0)
    return TensorDataset(torch.randn(n, 5, generator=generator), torch.arange(n) % 3)


def train(
    epochs: int,
    data: TensorDataset,
    *callbacks: Callback,
    module: type[PlainModule] = PlainModule,
    checkpoint: Path | None = None,
    loader: DataLoader[Any] | None = None,
    **trainer: Any,
) -> PlainModule:
    saves = any("Checkpoint" in type(callback).__name__ for callback in callbacks)
    settings = {**QUIET, "enable_checkpointing": saves, **trainer}
    with seeded(1):
        made = module()
        loader = loader or DataLoader(data, batch_size=4, shuffle=True, drop_last=True)
        Trainer(max_epochs=epochs, callbacks=list(callbacks), **settings).fit(
            made, loader, ckpt_path=checkpoint
        )
    return made
