"""What a model regains of the cost of wrong labels, once they are audited and fixed."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from benchmarks.audit.cells import ROWS, Cell
from benchmarks.audit.simulate import audited
from benchmarks.coverage.sets import load
from cartolearn.audit.suspicion.learned import probably_suggested

Ints = NDArray[np.int64]
ABOVE, FINDING = 0.5, 0.35
CHECKS, AUDITS = 300, 5


def regained(folder: Path, cell: Cell, name: str, seed: int) -> dict[str, Any]:
    """Audit a cell with 300 checks, fix it above .5, and train a model on what comes out.

    The model (linear discriminant analysis on the features) is tested on the 1,000 other texts.
    ``regained`` is the share of the loss that comes back: (fixed - given) / (true - given).
    """
    whole = load(name)
    features = whole.embeddings(folder / "embeddings")
    order = np.random.default_rng([seed, 0]).permutation(len(whole.texts))
    rows, others = np.sort(order[:ROWS]), order[ROWS:]

    def accuracy(labels: Ints) -> float:
        model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.5)
        said = model.fit(features[rows], labels).predict(features[others])
        return float((said == whole.gold[others]).mean())

    generator = np.random.default_rng(seed)
    results = []
    for _ in range(AUDITS):
        fixed = _fixed(cell, generator)
        results.append((accuracy(fixed), float((fixed != cell.gold).mean())))
    true, given = accuracy(cell.gold), accuracy(cell.given)
    after, wrong = np.mean(results, axis=0).tolist()
    back = (after - given) / (true - given) if true > given else float("nan")
    return {"cell": cell.name, "true": true, "given": given, "fixed": after, "regained": back,
            "wrong": wrong}  # fmt: skip


def _fixed(cell: Cell, generator: np.random.Generator) -> Ints:
    seen = audited(cell, ((CHECKS, FINDING),), generator)
    p = probably_suggested(cell.signals, cell.given, seen.rows, seen.truth)
    labels = np.where(p > ABOVE, cell.signals.suggested, cell.given)
    labels[seen.rows] = seen.truth
    return labels
