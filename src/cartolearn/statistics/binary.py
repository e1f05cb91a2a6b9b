"""How well a binary classifier tells two classes apart."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def binary_quality(probability: Floats, truth: Bools) -> dict[str, float]:
    """Return accuracy, balanced accuracy, majority share and the area under the ROC curve.

    Predicted is class 1 where its probability is above 0.5. Always answering the larger class has
    the majority share as its accuracy and 0.5 as its balanced accuracy. The area is the share of
    pairs, one of each class, that the probabilities put in the right order; ties count half.

    Args:
        probability: float64 [L], of class 1.
        truth: bool [L], whether it is class 1.

    Returns:
        ``accuracy``, ``balanced_accuracy``, ``majority`` and ``auc``; balanced accuracy and area
        are NaN where one class is empty.
    """
    from scipy.stats import rankdata

    right = (probability > 0.5) == truth
    ones, zeros = int(truth.sum()), int((~truth).sum())
    balanced = auc = float("nan")
    if ones and zeros:
        balanced = float(right[truth].mean() + right[~truth].mean()) / 2
        above = rankdata(probability)[truth].sum() - ones * (ones + 1) / 2
        auc = float(above) / (ones * zeros)
    return {
        "accuracy": float(right.mean()),
        "balanced_accuracy": balanced,
        "majority": max(ones, zeros) / len(truth),
        "auc": auc,
    }
