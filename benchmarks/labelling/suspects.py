"""The labels that ``suspects`` lists against those that cleanlab lists, with known wrong ones.

    python -m benchmarks.labelling.suspects trec agnews --seeds 0 5 --out suspects.jsonl

600 random texts get their true labels, but for a share that gets another class, drawn evenly.
cleanlab is given what it asks for: the cross-validated probabilities of the same model (the same
parts, weights of the last epoch), of one model and of the mean of as many as ``suspects`` trains.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from benchmarks.labelling.bank import Bank, Drawn
from cartolearn.label.measuring.suspects import find_suspects
from cartolearn.models.cross_validation import held_out

LABELS, SIZE = 600, 2000


def repetition(drawn: Drawn, wrong: float, seed: int) -> dict[str, float]:
    """Return the average precision and the precision among the first k, k wrong labels."""
    from cleanlab.rank import get_label_quality_scores

    features, names = drawn.features, drawn.features.project.settings.classes
    random = np.random.default_rng(seed)
    errs = random.random(LABELS) < wrong
    shift = random.integers(1, len(names), LABELS)
    given = np.where(errs, (drawn.gold[:LABELS] + shift) % len(names), drawn.gold[:LABELS])
    labels = [{"event": "label", "id": i, "label": names[c]} for i, c in enumerate(given)]
    features.project.record(labels)
    state = features.project.state()
    suspects = find_suspects(features, state)
    ours = np.empty(LABELS)
    ours[suspects.ids] = suspects.confidence
    heads = features.project.options.labelling.suspect_models
    p = [_cross_validated(drawn, given, number) for number in range(heads)]
    ranked = {
        "ours": ours,
        "cleanlab, one head": get_label_quality_scores(given, p[0]),
        "cleanlab, mean of heads": get_label_quality_scores(given, np.mean(p, axis=0)),
    }
    return {
        f"{measure}: {name}": value
        for name, scores in ranked.items()
        for measure, value in _precision(errs, scores).items()
    }


def _cross_validated(drawn: Drawn, given: NDArray[np.int64], number: int) -> NDArray[np.float64]:
    features, names = drawn.features, drawn.features.project.settings.classes
    learner, ids = features.learner(len(names), seed=number), np.arange(LABELS)
    options = features.project.options
    p = np.empty((LABELS, len(names)))
    folds, seed = options.labelling.folds, options.seed + number
    for part, epochs in held_out(learner, ids, given, folds, seed, "head"):
        p[part] = epochs[-1]
    return p / p.sum(axis=1, keepdims=True)


def _precision(errs: NDArray[np.bool_], scores: NDArray[np.float64]) -> dict[str, float]:
    first = np.argsort(scores, kind="stable")[: errs.sum()]
    average = float(average_precision_score(errs, -scores))
    return {"average precision": average, "precision": float(errs[first].mean())}


def main() -> None:
    """Append a JSON line for each repetition to a file."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="+")
    words.add_argument("--wrong", type=float, nargs="+", default=[0.05, 0.2])
    words.add_argument("--seeds", type=int, nargs=2, default=[0, 5], help="first, last + 1")
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    torch.set_num_threads(1)
    banks = {name: Bank(name) for name in given.names}
    for seed in range(*given.seeds):
        for name, bank in banks.items():
            for wrong in given.wrong:
                with bank.draw(seed, SIZE) as drawn:
                    found = repetition(drawn, wrong, seed)
                what = {"name": name, "wrong": wrong, "seed": seed, **found}
                with given.out.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    main()
