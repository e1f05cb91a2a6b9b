"""What a model in the loop is: the few methods that all else here asks of it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from cartolearn.embeddings.features import Features

Passes = Callable[[Any], Sequence[Tensor]]
Matrix = Tensor | Features
Weights = dict[str, Tensor]


class Inputs(Protocol):
    """What a model reads of the texts, by row id: features, token ids, or bags of n-grams.

    A float32 matrix [R, d] is one, in memory or in shards, ``Texts`` are others. A batch is
    whatever the model takes; it has ``to(device)``.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, ids: Tensor | slice, /) -> Any:
        """Return the batch of the rows ``ids``, int64 [B]."""
        ...


@runtime_checkable
class InParts(Protocol):
    """Rows that are read in an order of their own."""

    def chunks(self, ids: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Split ids, int64 [N], into chunks to be read at once, with their places in ``ids``."""
        ...


class Texts(Inputs, InParts, Protocol):
    """Inputs that are no matrix of features: ragged rows.

    Not ``runtime_checkable``, since that would compute the features to see that they are there.
    """

    @property
    def width(self) -> int:
        """Size of the vocabulary."""
        ...

    @property
    def features(self) -> Matrix:
        """Frozen features, float32 [R, d], for strategies that look at texts without a model."""
        ...

    def some(self, ids: Tensor) -> "Texts":
        """Return the rows ``ids``, int64 [M], as inputs of their own."""
        ...


@runtime_checkable
class PartlyFrozen(Protocol):
    """A model whose lowest layers are not trained, and the same for every training of a run."""

    def lowered(self, x: Any, /) -> Tensor:
        """Return what those layers make of a batch, or what they made of it if that is given.

        Whatever takes a batch takes that in its place.
        """
        ...


class Model(Protocol):
    """A classifier that strategies, data maps and the pool's dynamics can be had of.

    Any LightningModule with these methods is one; Lightning trains it in the ordinary way, on
    minibatches ``(x, labels, places)`` with x a batch of its inputs, labels int64 [B], and places
    int64 [B] in the labelled set. ``cartolearn.models.dropout.thinned_passes`` serves as
    ``dropout_passes`` for every module whose dropout is ``torch.nn.Dropout``.

    Its constructor is given, of these, what it names: ``n_features`` (columns of the features or
    size of the vocabulary), ``n_classes`` and ``labels``, int64 [L], of the labelled set.
    """

    @property
    def device(self) -> Any:
        """Where its parameters lie."""
        ...

    def represent(self, x: Any, /) -> Tensor:
        """Return Psi(x), float [B, h], of a batch."""
        ...

    def classify(self, representation: Tensor, /) -> Tensor:
        """Return logits, float [B, C], of representations [B, h]."""
        ...

    def dropout_passes(self, n_samples: int, generator: torch.Generator) -> Passes:
        """Draw ``n_samples`` thinned networks, each one for all rows.

        Returns:
            A function that gives the logits, float [B, C], of a batch in each of them.
        """
        ...

    def eval(self) -> Any:
        """Switch to evaluation."""
        ...

    def parameters(self) -> Iterator[Any]:
        """Return what is trained."""
        ...
