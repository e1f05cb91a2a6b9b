"""Training the main classifier on a labelled set, and asking it about other rows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.pool_dynamics import EpochWeights
from cartolearn.cartography.recorder import DataMapRecorder
from cartolearn.config.schema import LoopSettings, TrainerSettings
from cartolearn.data.dataset import Dataset
from cartolearn.errors import InputError
from cartolearn.generators import derived_seed, generator, seeded
from cartolearn.loop.metrics import Metrics, evaluate
from cartolearn.loop.weights import load_weights
from cartolearn.models.classifier import BadLossError, Classifier
from cartolearn.models.predict import CHUNK_ROWS, probabilities
from cartolearn.models.training import fit
from cartolearn.text import named


@dataclass(frozen=True, eq=False)
class Learner:
    """Knows the dataset, its features and how to train; holds no state from round to round.

    Attributes:
        dataset: Texts and labels.
        features: float32 [R, d], indexed by row id; may be memory-mapped.
        make: Builds the main classifier from n_features, n_classes, labels and batch_size.
        settings: Epochs, batch size, device.
        seed: The run's seed; initial weights, batch order and dropout follow from it.
    """

    dataset: Dataset
    features: Tensor
    make: Callable[..., Classifier]
    settings: TrainerSettings
    seed: int

    def train(
        self,
        ids: NDArray[np.int64],
        number: int,
        previous: Classifier | None = None,
        keep_epochs: bool = False,
    ) -> tuple[Classifier, DataMap]:
        """Train on the rows ``ids`` [L] in round ``number`` and record their data map.

        A fresh classifier starts from the seed's initial weights; one with ``previous`` goes on
        from that one's weights and optimiser state. With ``keep_epochs`` it holds the weights of
        every epoch, for the dynamics of rows without labels.
        """
        x = self.features[torch.from_numpy(ids)].to(self.device)
        y = torch.from_numpy(self.dataset.labels[ids]).to(self.device)
        with seeded(derived_seed(self.seed, "init", number)):
            classifier = self._fresh(y.cpu())
        if previous is not None:
            classifier.continue_from(previous)
        batches = list(zip(x.split(CHUNK_ROWS), y.split(CHUNK_ROWS), strict=True))
        recorder = DataMapRecorder(batches, ids)
        epochs = EpochWeights()
        callbacks = [recorder, epochs] if keep_epochs else [recorder]
        draws = generator(self.seed, "batches", number)
        order = None if self.settings.shuffle else (lambda _: torch.arange(len(ids)))
        with seeded(derived_seed(self.seed, "dropout", number)):
            try:
                fit(classifier, x, y, self.settings.max_epochs, draws, callbacks, order)
            except BadLossError as error:
                raise FloatingPointError(f"{error}, {self._suspects(ids[error.rows])}") from error
        classifier.epoch_weights = epochs.weights
        return classifier, recorder.data_map()

    def evaluate(self, classifier: Classifier, ids: NDArray[np.int64]) -> Metrics:
        """Compare the classifier's predictions on rows ``ids`` with their gold labels."""
        rows = torch.from_numpy(ids)
        gold = torch.from_numpy(self.dataset.labels[ids])
        return evaluate(probabilities(classifier, self.features, rows), gold)

    def restore(self, path: Path) -> Classifier:
        """Return a classifier with the weights and optimiser state that a run kept on disk."""
        return load_weights(self._fresh(torch.zeros(1, dtype=torch.int64)), path)

    def check(self, loop: LoopSettings) -> None:
        """Refuse a loop that cannot start on this dataset.

        Raises:
            InputError: The seed set (or the validation split) is larger than the pool.
        """
        pool = len(self.dataset.train_ids)
        held_out = round(loop.validation_share * pool)
        if loop.seed_set_size > pool - held_out:
            raise InputError(
                f"loop.seed_set_size={loop.seed_set_size} is larger than the pool of"
                f" {pool - held_out} rows; choose a smaller one"
            )

    def _suspects(self, ids: NDArray[np.int64]) -> str:
        """Name those rows of a minibatch whose features are not finite, or else all of it."""
        broken = ~self.features[torch.from_numpy(ids)].isfinite().all(dim=1).numpy()
        if broken.any():
            return f"since the features of {named(ids[broken])} are not finite"
        return f"first in a minibatch of {named(ids)}; lower model.learning_rate?"

    def _fresh(self, labels: Tensor) -> Classifier:
        return self.make(
            n_features=self.features.shape[1],
            n_classes=len(self.dataset.label_names),
            labels=labels,
            batch_size=self.settings.batch_size,
        )

    @property
    def device(self) -> torch.device:
        """Where training and scoring run."""
        gpu = torch.cuda.is_available() and self.settings.device != "cpu"
        return torch.device("cuda" if gpu else "cpu")
