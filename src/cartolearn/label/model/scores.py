"""How good candidates are on the user's labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.text_models.candidates import Candidate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Score:
    """How good a candidate is on the user's labels, cross-validated and weighted.

    Attributes:
        name: Of the candidate.
        accuracy: Share that is right, as on texts that come.
        macro_f1: Mean over the classes there are of their F1.
        log_loss: Mean -ln p(label), in nats, after calibration.
        behind: Accuracy of the best less its own.
        error: Standard error of ``behind``, from the same texts in pairs.
        temperature: By which its logits are divided.
        seconds: What comparing it took.
    """

    name: str
    accuracy: float
    macro_f1: float
    log_loss: float
    behind: float
    error: float
    temperature: float
    seconds: float


def scores_of(
    known: Sequence[Candidate],
    probabilities: Sequence[Floats],
    gold: Ints,
    weights: Floats,
    temperatures: Sequence[float],
    seconds: Sequence[float],
) -> list[Score]:
    """Return the scores of candidates.

    Args:
        known: K candidates.
        probabilities: For each, float64 [n, C], calibrated, by models that did not learn the texts.
        gold: int64 [n], the labels.
        weights: float64 [n], what each label counts.
        temperatures: K temperatures.
        seconds: K times that comparing took.
    """
    from sklearn.metrics import f1_score

    rows, tiny = np.arange(len(gold)), np.finfo(np.float64).tiny
    right = np.array([p.argmax(axis=1) == gold for p in probabilities], dtype=np.float64)
    accuracy = right @ weights / weights.sum()
    gaps = right[accuracy.argmax()] - right
    behind = gaps @ weights / weights.sum()
    spread = np.sqrt((weights**2 * (gaps - behind[:, None]) ** 2).sum(axis=1)) / weights.sum()
    scores = []
    for place, p in enumerate(probabilities):
        told = np.log(np.maximum(p[rows, gold], tiny))
        options = {"average": "macro", "labels": np.unique(gold), "zero_division": 0}
        f1 = f1_score(gold, p.argmax(axis=1), sample_weight=weights, **options)
        scores.append(
            Score(
                name=known[place].name,
                accuracy=float(accuracy[place]),
                macro_f1=float(f1),
                log_loss=float(-(told @ weights) / weights.sum()),
                behind=float(behind[place]),
                error=float(spread[place]),
                temperature=temperatures[place],
                seconds=seconds[place],
            )
        )
    return scores
