"""The binary classifier that CAL and DAL train on representations (section 4.3)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from cartolearn.config.types import Count, Positive, Share, Size
from cartolearn.generators import seeded, spawn
from cartolearn.models.classifier import Classifier, balanced_class_weights
from cartolearn.models.losses import BadLossError
from cartolearn.models.predict import chunks
from cartolearn.models.protocol import Inputs
from cartolearn.models.rows import Rows
from cartolearn.models.training import fit
from cartolearn.text import named


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
    folds: Size = 0

    def fit(
        self,
        x: Inputs,
        y: Tensor,
        generator: torch.Generator,
        share_of_ones: float = 1.0,
        ids: Tensor | None = None,
    ) -> BinaryClassifier:
        """Train on representations x, float32 [L, h], with labels y, int64 [L] of 0 and 1.

        With ``share_of_ones`` below 1, an epoch takes all of class 0 and a fresh share (at least
        one) of class 1, and the class weights count that share.

        Raises:
            FloatingPointError: The loss is not finite; the message names rows by ``ids`` [L].
        """
        zeros, ones = (y == 0).nonzero()[:, 0], (y == 1).nonzero()[:, 0]
        taken = min(len(ones), max(1, round(share_of_ones * len(ones))))

        def order(generator: torch.Generator) -> Tensor:
            drawn = ones[torch.randperm(len(ones), generator=generator)[:taken]]
            rows = torch.cat([zeros, drawn])
            return rows[torch.randperm(len(rows), generator=generator)]

        with seeded(spawn(generator)):
            classifier = BinaryClassifier(
                n_features=x[:1].shape[1],
                n_classes=2,
                hidden_sizes=[self.hidden_size],
                dropout=0.0,
                class_weights=balanced_class_weights(torch.cat([y[zeros], y[ones[:taken]]]), 2),
                adam={"lr": self.learning_rate, "betas": self.betas, "eps": self.eps},
            )
            sampled = order if taken < len(ones) else None
            try:
                fit(classifier, x, y, self.max_epochs, self.batch_size, generator, order=sampled)
            except BadLossError as error:
                rows = named(error.rows if ids is None else ids[error.rows])
                raise FloatingPointError(
                    f"the strategy's binary classifier: {error}, first in a minibatch of {rows};"
                    " lower strategy.classifier.learning_rate?"
                ) from error
        return classifier

    def held_out(
        self,
        x: Tensor | Rows,
        y: Tensor,
        generator: torch.Generator,
        share_of_ones: float = 1.0,
        ids: Tensor | None = None,
    ) -> Tensor:
        """Return P(1 | x) by classifiers that did not learn from x, float64 [L].

        Cross-validation in ``folds`` parts, each with its share of both classes; the arguments are
        those of ``fit``.
        """
        fold = torch.empty(len(y), dtype=torch.int64)
        for rows in ((y == 0).nonzero()[:, 0], (y == 1).nonzero()[:, 0]):
            order = torch.randperm(len(rows), generator=generator)
            fold[rows[order]] = torch.arange(len(rows)) % self.folds
        out = torch.empty(len(y), dtype=torch.float64)
        for number in range(self.folds):
            rest, part = ((fold == number) == asked for asked in (False, True))
            known = None if ids is None else ids[rest]
            learnt = self.fit(_some(x, rest), y[rest], generator, share_of_ones, known)
            out[part] = probability_of_one(learnt, _some(x, part))
        return out


def _some(x: Tensor | Rows, chosen: Tensor) -> Tensor | Rows:
    rows = chosen.nonzero()[:, 0]
    return x[rows] if isinstance(x, Tensor) else x.some(rows)


@torch.no_grad()
def probability_of_one(classifier: BinaryClassifier, x: Inputs) -> Tensor:
    """Return P(1 | x), float64 [N], for representations x [N, h].

    In float64, so that what a sure classifier puts near 1 still has an order.
    """
    classifier.eval()
    out = torch.empty(len(x), dtype=torch.float64)
    for place, _ in chunks(torch.arange(len(x))):
        out[place] = classifier(x[place].to(classifier.device)).double().softmax(dim=1)[:, 1].cpu()
    return out
