"""Multinomial logistic regression (scikit-learn's), with a short cut for few texts of many n-grams.

The penalty |w|^2 / 2C looks at lengths alone, so the solution lies in the span of the rows (the
representer theorem). With fewer rows than columns it is found in coordinates of that span: an
eigendecomposition of the rows' products takes the place of ten thousands of columns. The result is
the same, to the solver's tolerance, in a tenth of the time.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PENALTY = 10.0  # C: what is good on tf-idf rows and on unit vectors of sentences alike
STEPS = 300
MOST_ROWS = 1500  # an eigendecomposition grows with their third power
LEAST = 1e-7  # of the largest eigenvalue: what is below is rounding


@dataclass(frozen=True, eq=False)
class Weights:
    """A linear classifier: logits x W^T + b.

    Attributes:
        matrix: float32 [C, d].
        bias: float32 [C].
    """

    matrix: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, rows: Any) -> NDArray[np.float64]:
        """Return logits, float64 [N, C], of rows [N, d], sparse or not."""
        found = np.asarray(rows @ self.matrix.T) + self.bias
        return found.astype(np.float64)


def fit(rows: Any, labels: NDArray[np.int64], n_classes: int) -> Weights:
    """Fit rows [n, d], sparse or not, with labels, int64 [n], of at least two classes.

    A class without a label gets the bias -inf: its probability is 0.
    """
    count, width = rows.shape
    if not width:  # texts that hold nothing
        matrix, bias = _solved(np.zeros((count, 1)), labels, n_classes)
        matrix = matrix[:, :0]
    elif count <= min(MOST_ROWS, width):
        products = rows @ rows.T
        dense = products.toarray() if hasattr(products, "toarray") else products
        inside, back = _span(np.asarray(dense, dtype=np.float64))
        inner, bias = _solved(inside, labels, n_classes)
        matrix = np.asarray(rows.T @ (back @ inner.T)).T
    else:
        matrix, bias = _solved(rows, labels, n_classes)
    return Weights(np.ascontiguousarray(matrix, dtype=np.float32), bias.astype(np.float32))


def _span(products: Floats) -> tuple[Floats, Floats]:
    """Return the rows in coordinates of their span, [n, r], and [n, r] that leads back."""
    values, vectors = np.linalg.eigh(products)
    kept = values > LEAST * max(values[-1], LEAST)
    if not kept.any():  # rows of zeros: only the classes' frequencies can be learnt
        return np.zeros((len(products), 1)), np.zeros((len(products), 1))
    root = np.sqrt(values[kept])
    return vectors[:, kept] * root, vectors[:, kept] / root


def _solved(rows: Any, labels: NDArray[np.int64], n_classes: int) -> tuple[Floats, Floats]:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # what 300 steps leave is tiny
        warnings.filterwarnings("ignore", "The number of unique classes")  # few labels so far
        found = LogisticRegression(C=PENALTY, max_iter=STEPS).fit(rows, labels)
    matrix = np.zeros((n_classes, rows.shape[1]))
    bias = np.full(n_classes, -np.inf)
    there = found.classes_
    if len(there) == 2:  # one row: the logit of the second class against the first
        matrix[there[1]], bias[there] = found.coef_[0], [0, found.intercept_[0]]
    else:
        matrix[there], bias[there] = found.coef_, found.intercept_
    return matrix, bias
