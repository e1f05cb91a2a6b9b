"""The training loss of every epoch, and the end of a training whose loss is not finite."""

from typing import Any

import torch
from pytorch_lightning import Callback, LightningModule, Trainer
from torch import Tensor


class BadLossError(FloatingPointError):
    """A training loss is NaN or infinite.

    Attributes:
        rows: int64 [B], places in the training set of the first minibatch where it was.
    """

    def __init__(self, loss: float, epoch: int, rows: Tensor) -> None:
        super().__init__(f"the training loss is {loss} in epoch {epoch}")
        self.rows = rows.cpu()


class Losses(Callback):
    """Keeps the mean over the minibatches of each epoch's training losses, in ``means``.

    Losses stay on their device until the epoch ends: no copy to the host inside it.
    """

    def __init__(self) -> None:
        self.means: list[float] = []
        self._epoch: list[tuple[Tensor, tuple[Tensor, ...]]] = []

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Note a minibatch's loss and places, or those of an epoch that comes as one batch."""
        del pl_module, batch_idx
        if outputs and "losses" in outputs:
            self._epoch.append((outputs["losses"], batch[2].split(batch[3])))
        elif outputs and "loss" in outputs:  # a step that returns None is passed over
            whole = outputs["loss"].detach() * trainer.accumulate_grad_batches  # Lightning divides
            self._epoch.append((whole[None], (batch[2],)))

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Take the mean.

        Raises:
            BadLossError: A loss is not finite.
        """
        del pl_module
        if not self._epoch:
            return
        losses = torch.cat([each for each, _ in self._epoch]).float().cpu()
        bad = (~losses.isfinite()).nonzero()
        if len(bad):
            first = int(bad[0])
            rows = [part for _, parts in self._epoch for part in parts][first]
            raise BadLossError(losses[first].item(), trainer.current_epoch, rows)
        self.means.append(losses.mean().item())
        self._epoch = []
