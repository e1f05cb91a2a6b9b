"""Training a classifier on tensors in memory, with a fresh Lightning Trainer each time."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import torch
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from pytorch_lightning import Callback, Trainer
from torch import Tensor

from cartolearn.models.classifier import Classifier, EpochBatch

for _name in ("pytorch_lightning", "lightning_fabric", "lightning.pytorch"):
    logging.getLogger(_name).setLevel(logging.ERROR)
warnings.filterwarnings("ignore", module="(pytorch_lightning|lightning_fabric)")
warnings.filterwarnings("ignore", message=".*`srun` command is available")

EpochOrder = Callable[[torch.Generator], Tensor]


class RowMatrix(Protocol):
    """A matrix that is only asked for its rows: a tensor, or one that computes some of them."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Tensor | slice, /) -> Tensor: ...


class ShuffledEpochs:
    """A data loader of one item an epoch: how to take rows, labels [L] and a fresh order [L]."""

    def __init__(
        self, x: RowMatrix, y: Tensor, generator: torch.Generator, order: EpochOrder | None = None
    ) -> None:
        self.x, self.y, self.generator = x, y, generator
        self.order = order or self._all

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[EpochBatch]:
        yield self.x.__getitem__, self.y, self.order(self.generator).to(self.y.device)

    def _all(self, generator: torch.Generator) -> Tensor:
        return torch.randperm(len(self.y), generator=generator)


def fit(
    classifier: Classifier,
    x: RowMatrix,
    y: Tensor,
    max_epochs: int,
    generator: torch.Generator,
    callbacks: Sequence[Callback] = (),
    order: EpochOrder | None = None,
) -> None:
    """Train ``classifier`` in place on x, float32 [L, d], and y, int64 [L], where they lie.

    Args:
        classifier: The module to train; it is left in evaluation mode.
        x: Features.
        y: Labels, on the device of x, which is that of training.
        max_epochs: Passes over the data; there is no early stop.
        generator: Draws the order of the instances in every epoch.
        callbacks: Lightning callbacks, e.g. a data-map recorder.
        order: Draws an epoch's rows instead, int64, for epochs that do not take every row once.

    Raises:
        BadLossError: The loss is not finite.
    """
    trainer = Trainer(
        max_epochs=max_epochs,
        accelerator="gpu" if y.is_cuda else "cpu",
        devices=1,
        callbacks=list(callbacks),
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        plugins=[LightningEnvironment()],
    )
    trainer.fit(classifier, train_dataloaders=ShuffledEpochs(x, y, generator, order))
    classifier.to(y.device).eval()
