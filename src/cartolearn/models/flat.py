"""The end of a training whose loss has stopped to fall."""

import numpy as np
from pytorch_lightning import Callback, LightningModule, Trainer

from cartolearn.cartography.recorder import DataMapRecorder


class StopWhenFlat(Callback):
    """Ends the training once the mean loss of ``patience`` epochs stops to fall.

    The losses of the labelled set, dropout off, are those of its data map (-ln p(gold)). They are
    compared in two windows of ``patience`` epochs: training ends when the later mean is less than
    ``min_improvement`` (a share) below the earlier, or when the later mean is below ``loss_floor``
    nats, where there is nothing left to learn.
    """

    def __init__(
        self, recorder: DataMapRecorder, patience: int, min_improvement: float, loss_floor: float
    ) -> None:
        self.recorder, self.patience = recorder, patience
        self.min_improvement, self.loss_floor = min_improvement, loss_floor

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Tell the trainer to stop where the loss is flat; the recorder comes before this."""
        del pl_module
        gold = self.recorder.latest(2 * self.patience)
        if len(gold) < 2 * self.patience:
            return
        p = np.maximum(np.stack(gold), np.finfo(np.float32).tiny, dtype=np.float64)
        losses = -np.log(p).mean(axis=1)
        earlier, later = losses[: self.patience].mean(), losses[self.patience :].mean()
        if later < self.loss_floor or later > earlier * (1 - self.min_improvement):
            trainer.should_stop = True
