"""A Lightning callback that records a data map while any classifier trains."""

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from pytorch_lightning import Callback, LightningModule, Trainer
from torch import Tensor

from cartolearn.cartography.data_map import DataMap
from cartolearn.text import named


class Mappable(Protocol):
    """The convention a LightningModule follows, in two lines, to be given a data map."""

    def class_probabilities(self, batch: Any) -> Tensor:
        """Return p(y | x), float [B, C], e.g. ``return self(batch[0]).softmax(-1)``."""
        ...

    def gold_labels(self, batch: Any) -> Tensor:
        """Return the gold labels, int64 [B], e.g. ``return batch[1]``."""
        ...


class DataMapRecorder(Callback):
    """Evaluates the labelled set at the end of every epoch, with that epoch's parameters.

    Args:
        batches: The labelled set in a fixed order, iterated once an epoch: a DataLoader without
            shuffling, or a list of tensors. The module's two methods get each batch as it comes,
            on the module's device.
        ids: int64 [L], row ids of the instances in that order.

    Dropout is off and no gradient is taken during the pass; the module's mode is restored.
    """

    def __init__(self, batches: Iterable[Any], ids: NDArray[np.int64]) -> None:
        self.batches = batches
        self.ids = ids
        self._epochs = 0

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Make room for all epochs at once."""
        del pl_module
        epochs = trainer.max_epochs
        if epochs is None or epochs < 0:
            raise ValueError("a data map needs a Trainer with max_epochs set")
        self._epochs = 0
        self._labels = np.zeros(len(self.ids), dtype=np.int64)
        self._gold = np.zeros((epochs, len(self.ids)), dtype=np.float32)
        self._correct = np.zeros((epochs, len(self.ids)), dtype=np.bool_)

    @torch.inference_mode()
    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Record p(gold) and whether the prediction was right, for every instance.

        Raises:
            FloatingPointError: A probability is not finite; the message names row ids.
        """
        del trainer
        training = pl_module.training
        pl_module.eval()
        start = 0
        with torch.random.fork_rng(devices=[]):  # iterating a DataLoader draws a number
            for batch in self.batches:
                on_device = pl_module.transfer_batch_to_device(batch, pl_module.device, 0)
                start += self._record(pl_module, on_device, start)
        pl_module.train(training)
        if start != len(self.ids):
            raise ValueError(f"the batches hold {start} instances, the ids {len(self.ids)}")
        self._epochs += 1

    def _record(self, module: Any, batch: Any, start: int) -> int:
        probabilities, gold = module.class_probabilities(batch), module.gold_labels(batch)
        place = slice(start, start + len(gold))
        broken = ~probabilities.isfinite().all(dim=1).cpu().numpy()
        if broken.any():
            rows = named(self.ids[place][broken])
            raise FloatingPointError(f"p(y | x) of {rows} is not finite in epoch {self._epochs}")
        self._labels[place] = gold.cpu().numpy()
        self._gold[self._epochs, place] = probabilities.gather(1, gold[:, None])[:, 0].cpu().numpy()
        self._correct[self._epochs, place] = (probabilities.argmax(dim=1) == gold).cpu().numpy()
        return len(gold)

    def data_map(self) -> DataMap:
        """Return the map of the epochs recorded so far."""
        return DataMap(
            ids=self.ids,
            labels=self._labels,
            gold_probabilities=self._gold[: self._epochs],
            correct=self._correct[: self._epochs],
        )
