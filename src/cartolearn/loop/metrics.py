"""How good a classifier is on held-out rows."""

from dataclasses import dataclass

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

    Memory O(M + C), where torchmetrics counts in a matrix of C x C; scikit-learn, to which a test
    holds it, would take a second of every run to import.
    """
    classes = int(torch.maximum(predicted.max(), labels.max())) + 1
    hits = labels[predicted == labels].bincount(minlength=classes)
    said, true = (each.bincount(minlength=classes) for each in (predicted, labels))
    occurs = said + true > 0
    return float((2 * hits[occurs] / (said + true)[occurs].double()).mean())
