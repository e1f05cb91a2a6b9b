"""The learner for practice: a small head on frozen features, trained until its loss is flat."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from pytorch_lightning import Callback, LightningModule, Trainer
from torch import Tensor
from torch.nn import functional

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.pool_dynamics import EpochWeights
from cartolearn.cartography.recorder import DataMapRecorder
from cartolearn.generators import derived_seed, generator, seeded
from cartolearn.label.project.options import Training
from cartolearn.models.classifier import Classifier
from cartolearn.models.predict import CHUNK_ROWS
from cartolearn.models.training import fit


class StopWhenFlat(Callback):
    """Ends the training once the mean loss of ``patience`` epochs stops to fall.

    The losses of the labelled set, dropout off, are compared in two windows of ``patience`` epochs:
    training ends when the later mean is less than ``flat`` (a share) below the earlier, or when
    the later mean is below ``low`` nats, where there is nothing left to learn.
    """

    def __init__(self, x: Tensor, y: Tensor, patience: int, flat: float, low: float) -> None:
        self.x, self.y, self.patience, self.flat, self.low = x, y, patience, flat, low
        self.losses: list[float] = []

    @torch.no_grad()
    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Measure the loss; tell the trainer to stop where it is flat."""
        pl_module.eval()
        loss = functional.cross_entropy(pl_module(self.x), self.y)
        pl_module.train()
        self.losses.append(loss.item())
        if len(self.losses) >= 2 * self.patience:
            later = float(np.mean(self.losses[-self.patience :]))
            earlier = float(np.mean(self.losses[-2 * self.patience : -self.patience]))
            if later < self.low or later > earlier * (1 - self.flat):
                trainer.should_stop = True


@dataclass(frozen=True, eq=False)
class Head:
    """Trains classifiers of one shape on rows of one feature matrix.

    Attributes:
        features: float32 [R, d], standardised, indexed by id.
        n_classes: Number of classes C.
        make: Builds the classifier, as in ``cartolearn.loop.learner``.
        training: When to stop, and the size of minibatches.
        seed: Initial weights and batch orders follow from it.
    """

    features: Tensor
    n_classes: int
    make: Callable[..., Classifier]
    training: Training
    seed: int

    def train(
        self, ids: NDArray[np.int64], targets: NDArray[np.int64], *watching: Callback
    ) -> Classifier:
        """Train on rows ``ids`` [L] with classes ``targets`` [L], callbacks ``watching``.

        Deterministic for one seed. The weights of every epoch stay with the classifier, for the
        pool's data map.
        """
        x, y = self.features[torch.from_numpy(ids)], torch.from_numpy(targets)
        training = self.training
        flat = StopWhenFlat(x, y, training.patience, training.flat, training.low)
        weights = EpochWeights()
        with seeded(derived_seed(self.seed, "init", "head")):
            classifier = self.make(
                n_features=x.shape[1],
                n_classes=self.n_classes,
                labels=y,
                batch_size=training.batch_size,
            )
            order = generator(self.seed, "batches", "head")
            fit(classifier, x, y, training.max_epochs, order, [*watching, weights, flat])
        classifier.epoch_weights = weights.weights
        return classifier

    def train_and_map(
        self, ids: NDArray[np.int64], targets: NDArray[np.int64]
    ) -> tuple[Classifier, DataMap]:
        """Train as ``train`` does, and record the data map of the rows."""
        rows = torch.from_numpy(ids).split(CHUNK_ROWS), torch.from_numpy(targets).split(CHUNK_ROWS)
        recorder = DataMapRecorder([(self.features[i], y) for i, y in zip(*rows, strict=True)], ids)
        return self.train(ids, targets, recorder), recorder.data_map()
