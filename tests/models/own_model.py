"""A user's own LightningModule in the loop, as docs/models.md shows it."""

from typing import Any

import torch
from pytorch_lightning import LightningModule
from torch import Tensor, nn
from torch.nn import functional

from cartolearn.models.dropout import thinned_passes


class TwoLayers(LightningModule):
    """One hidden layer with batch normalisation, trained by plain SGD."""

    def __init__(self, n_features: int, n_classes: int, units: int = 16) -> None:
        super().__init__()
        self.hidden = nn.Sequential(
            nn.Linear(n_features, units), nn.BatchNorm1d(units), nn.ReLU(), nn.Dropout(0.2)
        )
        self.head = nn.Linear(units, n_classes)

    def represent(self, x: Tensor) -> Tensor:
        return self.hidden(x)

    def classify(self, representation: Tensor) -> Tensor:
        return self.head(representation)

    def forward(self, x: Tensor) -> Tensor:
        return self.classify(self.represent(x))

    def dropout_passes(self, n_samples: int, generator: torch.Generator) -> Any:
        return thinned_passes(self, n_samples, generator)

    def class_probabilities(self, batch: Any) -> Tensor:
        return self(batch[0]).softmax(dim=1)

    def gold_labels(self, batch: Any) -> Tensor:
        return batch[1]

    def training_step(self, batch: Any, _: int) -> Tensor:
        return functional.cross_entropy(self(batch[0]), batch[1])

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1)
