"""Training a model on a labelled set, and mapping it: for the loop and for labelling."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pytorch_lightning import Callback
from torch import Tensor

from cartolearn.cartography.evaluation import evaluating
from cartolearn.cartography.recorder import DataMapRecorder
from cartolearn.config.schema import TrainerSettings
from cartolearn.config.trainer import built
from cartolearn.errors import InputError
from cartolearn.generators import derived_seed, generator, seeded
from cartolearn.models.epochs import EpochWeights
from cartolearn.models.flat import StopWhenFlat
from cartolearn.models.losses import BadLossError
from cartolearn.models.precision import Arithmetic, arithmetic
from cartolearn.models.predict import chunks_of, width
from cartolearn.models.protocol import Inputs, Matrix, Model, PartlyFrozen, Texts
from cartolearn.models.ragged import Ragged
from cartolearn.models.trained import Trained
from cartolearn.models.training import fit
from cartolearn.models.trial import tried
from cartolearn.models.weights import load_weights
from cartolearn.text import named

LOWER = "lower the model's learning_rate"


@dataclass(frozen=True, eq=False)
class Learner:
    """Knows what a model reads and how to train it.

    No training changes the next. Layers that none of them trains are passed once for all rows,
    where what they give fits in memory (``Ragged.through``), or else once for a training.

    A training ends after ``settings.max_epochs``, or, with ``settings.patience``, before that as
    soon as the loss is flat (see ``StopWhenFlat``).

    Attributes:
        inputs: What the model reads, by row id, e.g. features float32 [R, d].
        n_classes: Number of classes C.
        make: Builds the model, from those of ``n_features``, ``n_classes`` and ``labels`` that its
            constructor names (``labels``, int64 [L], of the rows it will be trained on).
        settings: Epochs, batch size, device, further options of Lightning's Trainer.
        seed: Initial weights, batch order and dropout follow from it.
    """

    inputs: Matrix | Texts
    n_classes: int
    make: Callable[..., Model]
    settings: TrainerSettings
    seed: int

    def train(
        self,
        ids: NDArray[np.int64],
        labels: NDArray[np.int64],
        purpose: int | str = 0,
        previous: Model | None = None,
        keep_epochs: bool = False,
    ) -> Trained:
        """Train on the rows ``ids`` [L] with ``labels`` [L], and record their data map.

        Args:
            ids: Row ids, distinct.
            labels: Their classes, 0 to C - 1.
            purpose: The number of the round, or a name: with the seed it draws all chance.
            previous: Go on from this model's weights and optimiser state, not from fresh weights.
            keep_epochs: Keep the weights of every epoch, for dynamics of rows without labels.

        Raises:
            InputError: A model that is not of this project returns something of another shape, or
                the trainer's options leave no time for an epoch.
            FloatingPointError: A loss or a probability is not finite; the message names row ids.
        """
        y = torch.from_numpy(labels).to(self.device)
        with seeded(derived_seed(self.seed, "init", purpose)):
            model: Any = self._fresh(y.cpu())
            x = self._labelled(model, torch.from_numpy(ids))
            tried(model, x, self.n_classes, self.device)
        if previous is not None:
            model.continue_from(previous)
        batches, epochs = Batches(x, y), EpochWeights()
        recorder = DataMapRecorder(batches, ids[batches.order])
        callbacks: list[Callback] = [recorder, *([epochs] if keep_epochs else [])]
        if self.settings.patience is not None:
            callbacks.append(self._until_flat(recorder, self.settings.patience))
        with seeded(derived_seed(self.seed, "dropout", purpose)):
            try:
                losses = self._fit(model, x, y, generator(self.seed, "batches", purpose), callbacks)
            except BadLossError as error:
                raise FloatingPointError(f"{error}, {self._suspects(ids[error.rows])}") from error
            except FloatingPointError as error:  # of the recorder: the last step broke the weights
                raise FloatingPointError(f"{error}; {LOWER}") from error
        if not recorder.latest(1):
            raise InputError(
                "the training ended before its first epoch: the trainer's options, such as"
                " max_steps or max_time, leave no time for one"
            )
        data_map = recorder.data_map().taken(np.argsort(batches.order))
        return Trained(
            model, self._given, self.n_classes, data_map, losses, epochs.weights,
            arithmetic=self._arithmetic,
        )  # fmt: skip

    def restore(self, path: Path) -> Model:
        """Return a model with the weights and optimiser state that a run kept on disk."""
        return load_weights(self._fresh(torch.zeros(1, dtype=torch.int64)), path)

    def _fresh(self, labels: Tensor) -> Model:
        known = {"n_features": width(self.inputs), "n_classes": self.n_classes, "labels": labels}
        names = inspect.signature(self.make).parameters
        any_name = any(p.kind is p.VAR_KEYWORD for p in names.values())
        return self.make(**{n: value for n, value in known.items() if any_name or n in names})

    @cached_property
    def _given(self) -> Matrix | Texts:
        """What the models are given of all rows: the inputs, past what no training changes."""
        if not isinstance(self.inputs, Ragged):
            return self.inputs
        with seeded(derived_seed(self.seed, "init", "frozen")):
            model = self._fresh(torch.zeros(1, dtype=torch.int64))
        return self._lowered(model, self.inputs)

    def _labelled(self, model: Model, ids: Tensor) -> Inputs:
        """Return what a model is given of the labelled set."""
        given = self._given
        if isinstance(given, Matrix):
            return given[ids].to(self.device)
        texts = given.some(ids)
        return self._lowered(model, texts) if given is self.inputs else texts

    def _lowered(self, model: Any, texts: Texts) -> Texts:
        if not isinstance(model, PartlyFrozen) or not isinstance(texts, Ragged):
            return texts
        module: Any = model
        with evaluating(module.to(self.device)), self._arithmetic():
            return texts.through(module.lowered, self.device)

    @cached_property
    def _arithmetic(self) -> Arithmetic:
        return arithmetic(self.settings.options.get("precision"), self.device)

    def _until_flat(self, recorder: DataMapRecorder, patience: int) -> StopWhenFlat:
        settings = self.settings
        return StopWhenFlat(recorder, patience, settings.min_improvement, settings.loss_floor)

    def _fit(
        self,
        model: Any,
        x: Inputs,
        y: Tensor,
        draws: torch.Generator,
        callbacks: list[Callback],
    ) -> tuple[float, ...]:
        settings = self.settings
        order = None if settings.shuffle else (lambda _: torch.arange(len(y)))
        options = built(settings.options)
        epochs, size = settings.max_epochs, settings.batch_size
        return fit(model, x, y, epochs, size, draws, callbacks, order, options)

    def _suspects(self, ids: NDArray[np.int64]) -> str:
        """Name those rows of a minibatch whose features are not finite, or else all of it."""
        if isinstance(self.inputs, Matrix):
            broken = ~self.inputs[torch.from_numpy(ids)].isfinite().all(dim=1).numpy()
            if broken.any():
                return f"since the features of {named(ids[broken])} are not finite"
        return f"first in a minibatch of {named(ids)}; {LOWER}"

    @property
    def device(self) -> torch.device:
        """Where training and scoring run.

        Raises:
            InputError: A GPU is asked for and there is none.
        """
        gpu = torch.cuda.is_available() and self.settings.device != "cpu"
        if self.settings.device == "gpu" and not gpu:
            raise InputError("trainer.device=gpu: torch finds no GPU here; take auto or cpu")
        return torch.device("cuda" if gpu else "cpu")


class Batches:
    """The labelled set, (x, y), in the chunks and the order in which a model reads it.

    Attributes:
        order: int64 [L], places in the labelled set, as they come.
    """

    def __init__(self, x: Inputs, y: Tensor) -> None:
        self.x, self.y = x, y
        self.chunks = [rows for _, rows in chunks_of(x, torch.arange(len(y)))]
        self.order = torch.cat(self.chunks).numpy()

    def __iter__(self) -> Iterator[tuple[Any, Tensor]]:
        for rows in self.chunks:
            yield self.x[rows], self.y[rows]
