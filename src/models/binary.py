"""The binary classifier that CAL and DAL train on representations (section 4.3)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from src.config.types import Count, Positive, Share
from src.generators import seeded, spawn
from src.models.classifier import Classifier, balanced_class_weights
from src.models.predict import probabilities
from src.models.training import fit


class BinaryClassifier(Classifier):
    """One hidden ReLU layer and two outputs; class 1 is the one whose probability is asked."""


@dataclass(frozen=True)
class BinarySettings:
    """How the binary classifier is built and trained; the paper's values are the defaults."""

    hidden_size: Count = 300
    max_epochs: Count = 10
    batch_size: Count = 64
    learning_rate: Positive = 1e-4
    betas: tuple[Share, Share] = (0.9, 0.999)
    eps: Positive = 1e-8

    def fit(self, x: Tensor, y: Tensor, generator: torch.Generator) -> BinaryClassifier:
        """Train on representations x, float32 [L, h], with labels y, int64 [L] of 0 and 1."""
        with seeded(spawn(generator)):
            classifier = BinaryClassifier(
                n_features=x.shape[1],
                n_classes=2,
                hidden_sizes=[self.hidden_size],
                dropout=0.0,
                class_weights=balanced_class_weights(y, 2),
                batch_size=self.batch_size,
                learning_rate=self.learning_rate,
                betas=self.betas,
                eps=self.eps,
            )
            fit(classifier, x, y, self.max_epochs, generator)
        return classifier


def probability_of_one(classifier: BinaryClassifier, x: Tensor) -> Tensor:
    """Return P(1 | x), float32 [N], for representations x [N, h]."""
    return probabilities(classifier, x, torch.arange(len(x)))[:, 1]
