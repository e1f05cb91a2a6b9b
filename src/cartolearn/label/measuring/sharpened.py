"""A closer accuracy from the same labels: the model's own confidence as a control variate.

Of the texts measured it is known how sure the model was, and of all the others, too. Where those
measured happen to be easier than all, by the confidence in them, their share that is right is taken
down accordingly (Cassel, Sarndal and Wretman 1976; with models of a cross-validation, Zrnic and
Candes 2024). How far confidence tells right from wrong is estimated on the texts measured, so one
that says nothing does no harm: Angelopoulos, Duchi and Zrnic, PPI++ (2024).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST = 20  # an estimated gain counts as if so many more texts had shown none
FLOOR = 0.3


@dataclass(frozen=True, eq=False)
class Expected:
    """How likely it is, by the model's confidence, that it is right.

    Attributes:
        measured: float64 [m], on each of the texts measured, by models that did not learn them.
        mean: Over all texts of the project.
        variance: Of one text, over all.
        of: How many texts the mean was taken of.
    """

    measured: Floats
    mean: float
    variance: float
    of: float

    @classmethod
    def of_sample(cls, measured: Floats, others: Floats, weights: Floats) -> "Expected":
        """Put it together; ``others`` [n] is the confidence in a fair sample of all texts.

        The weights, float64 [n], sum to the number of these texts.
        """
        total = float(weights.sum())
        if not total:
            return cls(measured, 0.0, 0.0, 0.0)
        mean = float(weights @ others) / total
        return cls(measured, mean, float(weights @ (others - mean) ** 2) / total, total)


def sharpened(right: NDArray[np.bool_], expected: Expected) -> tuple[float, float]:
    """Return the share that is right of all texts, and how many texts tell as much.

    The number is that of a simple random sample whose share has the same variance (Korn and
    Graubard 1998); at least as many as were measured.

    Args:
        right: bool [m], of the texts measured, a simple random sample.
        expected: What the confidence says of them, and of all.
    """
    count, hits = len(right), right.astype(np.float64)
    share = float(hits.mean())
    spread = float(np.var(hits, ddof=1)) if count > 2 else 0.0
    if not spread or expected.variance <= 0:
        return share, float(count)
    slope = float(np.cov(hits, expected.measured)[0, 1]) / expected.variance
    slope = min(max(slope, 0.0), 1.0)
    left = float(np.var(hits - slope * expected.measured, ddof=2))
    left += slope**2 * expected.variance * count / max(expected.of, 1)
    shrunk = (count * left / spread + LEAST) / (count + LEAST)
    better = share + slope * (expected.mean - float(expected.measured.mean()))
    return min(max(better, 0.0), 1.0), count / min(max(shrunk, FLOOR), 1.0)
