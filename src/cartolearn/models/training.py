"""Training a model, with a fresh Lightning Trainer each time."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from pytorch_lightning import Callback, Trainer
from torch import Tensor

from cartolearn.config.somebodys import of_lightning, told
from cartolearn.config.trainer import quiet
from cartolearn.errors import InputError
from cartolearn.models.classifier import Classifier, EpochBatch
from cartolearn.models.losses import Losses
from cartolearn.models.protocol import Inputs

EpochOrder = Callable[[torch.Generator], Tensor]
QUIET_TRAINER = {
    "devices": 1, "logger": False, "enable_checkpointing": False, "enable_progress_bar": False,
    "enable_model_summary": False,
}  # fmt: skip


class PackedEpochs:
    """A data loader of one item an epoch, see ``Classifier``."""

    def __init__(self, x: Inputs, y: Tensor, order: Callable[[], Tensor], batch_size: int) -> None:
        self.x, self.y, self.order, self.batch_size = x, y, order, batch_size

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[EpochBatch]:
        yield self.x.__getitem__, self.y, self.order().to(self.y.device), self.batch_size


class Minibatches(PackedEpochs):
    """A data loader of minibatches: inputs of B rows, their labels, and their places, int64 [B]."""

    def __len__(self) -> int:
        return math.ceil(len(self.y) / self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        for rows in self.order().split(self.batch_size):
            yield self.x[rows], self.y[rows], rows


def fit(
    model: Any,
    x: Inputs,
    y: Tensor,
    max_epochs: int,
    batch_size: int,
    generator: torch.Generator,
    callbacks: Sequence[Callback] = (),
    order: EpochOrder | None = None,
    options: Mapping[str, Any] | None = None,
) -> tuple[float, ...]:
    """Train ``model`` in place on inputs x of L rows and labels y, int64 [L]; return its losses.

    Our own classifiers take a whole epoch as one batch; every other model, and ours as soon as the
    trainer has ``options``, is given ordinary minibatches.

    Args:
        model: A LightningModule; it is left in evaluation mode, on the device of y.
        x: Inputs of the L rows.
        y: Labels, on the device of training.
        max_epochs: Passes over the data.
        batch_size: Instances in a minibatch.
        generator: Draws the order of the instances in every epoch.
        callbacks: Lightning callbacks, e.g. a data-map recorder.
        order: Draws an epoch's rows instead, int64, for epochs that do not take every row once.
        options: Further options of Lightning's Trainer; ``callbacks`` come before ours.

    Returns:
        The mean training loss of each epoch.

    Raises:
        BadLossError: The loss is not finite.
        InputError: Lightning cannot train with these options.
    """
    own = dict(options or {})
    packed = isinstance(model, Classifier) and not own
    if isinstance(model, Classifier):
        model.automatic_optimization = not packed
    draw = order or (lambda generator: torch.randperm(len(y), generator=generator))
    losses = Losses()
    theirs = [losses, *own.pop("callbacks", ()), *callbacks]
    with quiet():
        trainer = Trainer(
            **{
                **QUIET_TRAINER,
                "accelerator": "gpu" if y.is_cuda else "cpu",
                "plugins": [LightningEnvironment()],
                **own,
            },
            max_epochs=max_epochs,
            callbacks=theirs,
        )
        loader = (PackedEpochs if packed else Minibatches)(
            x, y, lambda: draw(generator), batch_size
        )
        with _options_blamed(options):
            trainer.fit(model, train_dataloaders=loader)
    model.to(y.device).float().eval()  # precision=bf16-true leaves bf16 weights
    return tuple(losses.means)


@contextmanager
def _options_blamed(options: Mapping[str, Any] | None) -> Iterator[None]:
    """Make one line of what Lightning itself raises where a user's options are among ours."""
    try:
        yield
    except Exception as error:
        if options and of_lightning(error):
            raise InputError(
                f"trainer: Lightning stops with these options: {told(error)}"
            ) from error
        raise
