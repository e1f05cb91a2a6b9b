"""What the project's models share: logits by way of Psi, and weighted cross-entropy."""

from abc import abstractmethod
from typing import Any

import torch
from pytorch_lightning import LightningModule
from torch import Tensor
from torch.nn import functional


class Module(LightningModule):
    """A model that classifies representations Psi(x).

    Attributes:
        class_weights: float32 [C], a buffer, or None for equal weights.
    """

    class_weights: Tensor | None

    @abstractmethod
    def represent(self, x: Any, /) -> Tensor:
        """Return Psi(x), float [B, h], of a batch."""

    @abstractmethod
    def classify(self, representation: Tensor, /) -> Tensor:
        """Return logits, float [B, C], of representations [B, h]."""

    def forward(self, x: Any) -> Tensor:
        """Return logits, float [B, C], of a batch."""
        return self.classify(self.represent(x))

    def class_probabilities(self, batch: Any) -> Tensor:
        """Return p(y | x), float32 [B, C]; half of what the data-map recorder asks of a module."""
        p: Tensor = self(batch[0]).softmax(dim=1, dtype=torch.float32)
        return p

    def gold_labels(self, batch: Any) -> Tensor:
        """Return the gold labels, int64 [B]; the other half."""
        labels: Tensor = batch[1]
        return labels

    def training_step(self, batch: Any, batch_idx: int) -> Any:
        """Return the loss of a minibatch."""
        del batch_idx
        x, y, _places = batch
        return functional.cross_entropy(self(x), y, self.class_weights)
