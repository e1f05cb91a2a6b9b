"""Rankings of labelled rows by how likely their label is wrong, most suspicious first.

All take the same probabilities: float32 [E, L, C], p(class) of L rows after each of E epochs.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.suspicious import map_of, most_suspicious_first

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def by_confidence(probabilities: Floats, labels: Ints) -> Ints:
    """Return the data map's confidence (mean p(label) over the epochs), lowest first."""
    ids = np.arange(len(labels))
    return most_suspicious_first(map_of(ids, labels, probabilities).confidence, ids)


def by_region(probabilities: Floats, labels: Ints) -> Ints:
    """Return the data map's corner of low confidence and variability: their sum, lowest first."""
    ids = np.arange(len(labels))
    seen = map_of(ids, labels, probabilities)
    return most_suspicious_first(seen.confidence + seen.variability, ids)


def by_confident_learning(probabilities: Floats, labels: Ints) -> Ints:
    """Return Cleanlab's confident learning on epoch-averaged probabilities (Northcutt et al. 2021).

    First what ``find_label_issues`` (prune by noise rate) names, by normalised margin; then the
    other rows by normalised margin. Classes that no row is labelled with are left out.

    Raises:
        InputError: Cleanlab is not installed.
    """
    filters, ranks = _cleanlab()
    present, relabelled = np.unique(labels, return_inverse=True)
    mean = probabilities.mean(axis=0, dtype=np.float64)[:, present]
    mean = (mean + 1e-12) / (mean + 1e-12).sum(axis=1, keepdims=True)
    margin = ranks.get_label_quality_scores(relabelled, mean, method="normalized_margin")
    issue = filters.find_label_issues(relabelled, mean, n_jobs=1)
    return np.lexsort((margin, ~issue))


RANKINGS: Mapping[str, Callable[[Floats, Ints], Ints]] = {
    "data map: confidence": by_confidence,
    "data map: confidence + variability": by_region,
    "cleanlab: confident learning": by_confident_learning,
}


def found(ranking: Ints, wrong: NDArray[np.bool_], k: int) -> tuple[float, float]:
    """Return precision and recall of the first ``k`` rows of a ranking; ``wrong`` is bool [L]."""
    hits = int(wrong[ranking[:k]].sum())
    return hits / max(1, min(k, len(ranking))), hits / max(1, int(wrong.sum()))


def _cleanlab() -> tuple[Any, Any]:
    from cartolearn.errors import InputError

    try:
        from cleanlab import filter as filters
        from cleanlab import rank as ranks
    except ImportError as error:
        raise InputError("this needs cleanlab: pip install cleanlab") from error
    return filters, ranks
