"""The audit's ranking of suspicious labels against those of cleanlab, on the same labels."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.audit.cells import Cell

FIRST = 100
Floats = NDArray[np.float64]


def rankings(cell: Cell) -> Mapping[str, Floats]:
    """Return scores by which each ranks, the most suspicious highest.

    cleanlab is given the probabilities that the audit's four models give together.
    """
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    present, given = np.unique(cell.given, return_inverse=True)
    p = cell.together[:, present].astype(np.float64)
    p = (p + 1e-12) / (p + 1e-12).sum(axis=1, keepdims=True)
    quality = {
        method: get_label_quality_scores(given, p, method=method)
        for method in ("self_confidence", "normalized_margin")
    }
    issues = find_label_issues(given, p, n_jobs=1)
    margin = quality["normalized_margin"]
    return {
        "audit": cell.signals.score,
        "cleanlab: self confidence": -quality["self_confidence"],
        "cleanlab: margin": -margin,
        "cleanlab: issues, then margin": issues * 10.0 - margin,
    }


def measured(cell: Cell) -> dict[str, tuple[float, float]]:
    """Return precision among the first 100, and average precision, of each ranking."""
    from sklearn.metrics import average_precision_score

    found = {}
    for name, scores in rankings(cell).items():
        first = np.argsort(-scores, kind="stable")[:FIRST]
        precision = float(cell.wrong[first].mean())
        found[name] = precision, float(average_precision_score(cell.wrong, scores))
    return found
