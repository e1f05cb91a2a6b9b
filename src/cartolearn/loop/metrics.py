"""How good a classifier is on held-out rows, and how good a learning curve is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


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
    return Metrics(
        accuracy=(predicted == labels).double().mean().item(),
        macro_f1=macro_f1(predicted, labels),
        loss=-gold.clamp(min=torch.finfo(torch.float32).tiny).log().mean().item(),
    )


def macro_f1(predicted: Tensor, labels: Tensor) -> float:
    """Return the mean of 2 TP / (2 TP + FP + FN) over the classes in predicted or labels [M].

    Memory O(M + C), where torchmetrics counts in a matrix of C x C.
    """
    classes = int(torch.maximum(predicted.max(), labels.max())) + 1
    hits = labels[predicted == labels].bincount(minlength=classes)
    said, true = (each.bincount(minlength=classes) for each in (predicted, labels))
    occurs = said + true > 0
    return float((2 * hits[occurs] / (said + true)[occurs].double()).mean())


def aulc(labelled: Sequence[int], accuracy: Sequence[float]) -> float:
    """Return the area under the learning curve, divided by its width in labels.

    Trapezoids over the number of labels, so a constant accuracy has that accuracy as its AULC;
    a curve of one point has that point's.
    """
    if len(labelled) == 1:
        return float(accuracy[0])
    width = labelled[-1] - labelled[0]
    return float(np.trapezoid(np.asarray(accuracy), np.asarray(labelled)) / width)
