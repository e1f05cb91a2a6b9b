"""What a model regains of the cost of wrong labels, once they are audited and fixed."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from benchmarks.audit.cells import ROWS, Cell
from benchmarks.audit.simulate import audited
from benchmarks.coverage.sets import load
from cartolearn.audit.project.labels import NONE
from cartolearn.audit.suspicion.learned import probably_suggested, probably_wrong

Ints = NDArray[np.int64]
FINDING, LIMIT = 0.35, 0.5
CHECKS, AUDITS = 300, 5


def regained(folder: Path, cell: Cell, name: str, seed: int) -> dict[str, Any]:
    """Audit a cell with 300 checks, fix it in two ways, and train a model on what comes out.

    The model (linear discriminant analysis on the features) is tested on the 1,000 other texts.
    Returns its accuracy on the true labels, on those given, and by each way the mean accuracy, the
    share of wrong labels among those that are left, and the share of texts that have none.
    """
    whole = load(name)
    features = whole.embeddings(folder / "embeddings")
    order = np.random.default_rng([seed, 0]).permutation(len(whole.texts))
    rows, others = np.sort(order[:ROWS]), order[ROWS:]

    def accuracy(labels: Ints) -> float:
        known = labels != NONE
        model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.5)
        said = model.fit(features[rows][known], labels[known]).predict(features[others])
        return float((said == whole.gold[others]).mean())

    generator = np.random.default_rng(seed)
    results: dict[str, list[tuple[float, ...]]] = {}
    for _ in range(AUDITS):
        for way, labels in _fixed(cell, generator).items():
            known = labels != NONE
            wrong = float((labels != cell.gold)[known].mean())
            results.setdefault(way, []).append((accuracy(labels), wrong, float(1 - known.mean())))
    ways = {way: np.mean(parts, axis=0).tolist() for way, parts in results.items()}
    return {"cell": cell.name, "true": accuracy(cell.gold), "given": accuracy(cell.given), **ways}


def _fixed(cell: Cell, generator: np.random.Generator) -> dict[str, Ints]:
    """Return what ``fix`` writes with ``--leave-out 0.5`` and with ``--above 0.5``."""
    seen = audited(cell, ((CHECKS, FINDING),), generator)
    wrong = probably_wrong(cell.signals, seen.rows, seen.truth != cell.given[seen.rows])
    likely = probably_suggested(cell.signals, cell.given, seen.rows, seen.truth)
    ways = {
        "leave out": np.where(wrong > LIMIT, NONE, cell.given),
        "relabel": np.where(likely > LIMIT, cell.signals.suggested, cell.given),
    }
    for labels in ways.values():
        labels[seen.rows] = seen.truth
    return ways
