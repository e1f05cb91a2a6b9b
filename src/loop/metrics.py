"""How good a classifier is on held-out rows, and how good a learning curve is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torchmetrics.functional.classification import multiclass_f1_score


@dataclass(frozen=True)
class Metrics:
    """Accuracy and macro-F1 as shares, loss as mean cross-entropy in nats (unweighted)."""

    accuracy: float
    macro_f1: float
    loss: float


def evaluate(probabilities: Tensor, labels: Tensor) -> Metrics:
    """Compare p(y | x), float [M, C], with gold labels, int64 [M].

    Macro-F1 is the mean over the classes that occur in the predictions or the gold labels.
    A gold probability of 0 counts as the smallest positive float32 in the loss.
    """
    predicted = probabilities.argmax(dim=1)
    gold = probabilities.gather(1, labels[:, None]).double()
    f1 = multiclass_f1_score(predicted, labels, probabilities.shape[1], average="macro")
    return Metrics(
        accuracy=(predicted == labels).double().mean().item(),
        macro_f1=float(f1),
        loss=-gold.clamp(min=torch.finfo(torch.float32).tiny).log().mean().item(),
    )


def aulc(labelled: Sequence[int], accuracy: Sequence[float]) -> float:
    """Return the area under the learning curve, divided by its width in labels.

    Trapezoids over the number of labels, so a constant accuracy has that accuracy as its AULC;
    a curve of one point has that point's.
    """
    if len(labelled) == 1:
        return float(accuracy[0])
    width = labelled[-1] - labelled[0]
    return float(np.trapezoid(np.asarray(accuracy), np.asarray(labelled)) / width)
