"""What a model regains of the cost of wrong labels, once they are audited and fixed."""

from collections.abc import Callable, Iterator
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
from cartolearn.text_models.logistic import fit
from cartolearn.text_models.text_model import unit

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
FINDING, LIMIT = 0.35, 0.5
CHECKS, AUDITS = 300, 5


def discriminant(features: Floats, labels: Ints, others: Floats) -> Ints:
    """Learn labels of texts by linear discriminant analysis; return what is said of others."""
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.5)
    said: Ints = model.fit(features, labels).predict(others)
    return said


def logistic(features: Floats, labels: Ints, others: Floats) -> Ints:
    """Do the same with the model that ``label train`` fits on a frozen encoder."""
    said: Ints = fit(unit(features), labels, int(labels.max()) + 1).logits(unit(others)).argmax(1)
    return said


MODELS: dict[str, Callable[[Floats, Ints, Floats], Ints]] = {
    "discriminant analysis": discriminant,
    "logistic regression": logistic,
}


def regained(
    folder: Path, cell: Cell, name: str, seed: int, done: set[str]
) -> Iterator[dict[str, Any]]:
    """Audit a cell with 300 checks, fix it in two ways, and train models on what comes out.

    They learn the features and are tested on the 1,000 other texts.
    Yields for each that is not ``done`` its accuracy on the true labels, on those given, and by
    each way the mean accuracy, the share of wrong labels among those that are left, and the share
    of texts that have none.
    """
    whole = load(name)
    features = whole.embeddings(folder / "embeddings")
    order = np.random.default_rng([seed, 0]).permutation(len(whole.texts))
    rows, others = np.sort(order[:ROWS]), order[ROWS:]

    def accuracy(model: str, labels: Ints) -> float:
        known = labels != NONE
        said = MODELS[model](features[rows][known], labels[known], features[others])
        return float((said == whole.gold[others]).mean())

    generator = np.random.default_rng(seed)
    audits = [_fixed(cell, generator) for _ in range(AUDITS)]
    for model in [name for name in MODELS if name not in done]:
        results: dict[str, list[tuple[float, ...]]] = {}
        for way, labels in ((way, labels) for ways in audits for way, labels in ways.items()):
            known = labels != NONE
            wrong = float((labels != cell.gold)[known].mean())
            part = (accuracy(model, labels), wrong, float(1 - known.mean()))
            results.setdefault(way, []).append(part)
        ways = {way: np.mean(parts, axis=0).tolist() for way, parts in results.items()}
        true, given = accuracy(model, cell.gold), accuracy(model, cell.given)
        yield {"cell": cell.name, "model": model, "true": true, "given": given, **ways}


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
