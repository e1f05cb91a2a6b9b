"""A linear classifier on bags of n-grams: the baseline that every other model should beat."""

from typing import Literal

import torch
from torch import Tensor, nn

from cartolearn.config.types import NonNegative, Positive
from cartolearn.models.bags import unpacked
from cartolearn.models.classifier import balanced_class_weights
from cartolearn.models.dropout import thinned_passes
from cartolearn.models.module import Module
from cartolearn.models.protocol import Passes


class Linear(Module):
    """Psi(x) sums the weights of a text's n-grams, one for each class; the logits add a bias.

    Dropout leaves out units of Psi, as everywhere.

    Args:
        n_features: Size of the vocabulary.
        n_classes: Number of classes C.
        labels: int64 [L], the labels it will be trained on; they set the class weights.
        learning_rate: Adam's step size.
        weight_decay: Decoupled weight decay.
        class_weights: ``balanced`` for w_c = L / (C' L_c), ``equal`` for none.
    """

    def __init__(
        self,
        *,
        n_features: int,
        n_classes: int,
        labels: Tensor,
        learning_rate: Positive = 0.03,
        weight_decay: NonNegative = 0.0,
        class_weights: Literal["balanced", "equal"] = "balanced",
    ) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(n_features, n_classes, mode="sum")
        nn.init.zeros_(self.table.weight)
        self.bias = nn.Parameter(torch.zeros(n_classes))
        self.dropout = nn.Dropout(0.1)
        self.rate, self.weight_decay = learning_rate, weight_decay
        weights = balanced_class_weights(labels, n_classes) if class_weights == "balanced" else None
        self.register_buffer("class_weights", weights)

    def represent(self, x: Tensor) -> Tensor:
        """Return Psi(x), float [B, C], of pairs of ``Bags``, int32 [B, T, 2]."""
        numbers, weights = unpacked(x)
        psi: Tensor = self.table(numbers, per_sample_weights=weights.to(self.table.weight.dtype))
        return psi

    def classify(self, representation: Tensor) -> Tensor:
        """Return logits, float32 [B, C], of representations [B, C]."""
        logits: Tensor = self.dropout(representation) + self.bias
        return logits

    def dropout_passes(self, n_samples: int, generator: torch.Generator) -> Passes:
        """Draw thinned networks."""
        return thinned_passes(self, n_samples, generator)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return fused AdamW."""
        return torch.optim.AdamW(
            self.parameters(), lr=self.rate, weight_decay=self.weight_decay, fused=True
        )
