"""How wide the interval of the accuracy is, and whether it holds, in very many projects.

    python -m benchmarks.labelling.intervals trec agnews rotten_tomatoes --seeds 0 1000 \\
        --vectors vectors --out results/intervals.jsonl

``benchmarks.labelling.coverage`` goes by the files and the tool's own model, a second and more a
repetition; here the model is a logistic regression on 64 principal components of a frozen encoder.
Of 4,000 texts drawn anew, 400 are labelled in batches of 100 by margin, a tenth at random; 16 of
these are asked again; the person errs in a share of the answers. The interval that ``status`` gives
now is set beside that of before (Clopper and Pearson, melded, without a control variate) on the
same labels, and against the accuracy of the model of all labels on the true classes of 1,500 other
texts. Repetitions that are in the file are not done again.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc
from scipy.stats import beta

from benchmarks.labelling.texts import answers
from benchmarks.labelling.vectors import Vectors
from cartolearn.generators import derived_seed
from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.measuring.sharpened import Expected, sharpened
from cartolearn.models.cross_validation import parts_of
from cartolearn.text_models.calibration import best_temperature, softmax
from cartolearn.text_models.logistic import fit

Ints = NDArray[np.int64]
LABELS, SHARE, AGAIN, ASIDE, TEST, SIZE, PARTS = 400, 0.1, 16, 800, 1500, 4000, 3
BATCH, COMPONENTS, LEVEL = 100, 64, 0.95


def components(texts: Vectors) -> Vectors:
    """Return the texts with the first principal components of their vectors alone."""
    rows = texts.rows - texts.rows.mean(axis=0)
    directions = np.linalg.svd(rows[:3000], full_matrices=False)[2][:COMPONENTS]
    return replace(texts, rows=(rows @ directions.T).astype(np.float64))


def repetition(texts: Vectors, wrong: float, seed: int) -> dict[str, Any]:
    """Label a project; return both intervals of its accuracy, and the truth."""
    random = np.random.default_rng(derived_seed(seed, texts.name, str(wrong)))
    order = random.permutation(len(texts.gold))
    test, pool = np.split(order[: TEST + SIZE], [TEST])
    rows, classes = texts.rows, texts.classes
    seeds = random.integers(1 << 30, size=2)
    said, again = (answers(texts.gold, classes, wrong, int(one)) for one in seeds)
    labelled, measured = _label(texts, said, pool)
    aside = pool[-ASIDE:]
    logits, sure = np.zeros((len(measured), classes)), np.zeros((PARTS, ASIDE))
    parts = parts_of(len(measured), PARTS, seed)
    outputs = []
    for part in parts:
        learn = labelled[~np.isin(labelled, measured[part])]
        model = fit(rows[learn], said[learn], classes)
        logits[part] = model.logits(rows[measured[part]])
        outputs.append(model.logits(rows[aside]))
    temperature = best_temperature(logits, said[measured], np.ones(len(measured)))
    sure = np.concatenate([softmax(one, temperature).max(axis=1) for one in outputs])
    weights = np.repeat([len(part) / len(measured) for part in parts], ASIDE)
    right = logits.argmax(axis=1) == said[measured]
    expected = Expected.of_sample(softmax(logits, temperature).max(axis=1), sure, weights)
    asked = measured[:AGAIN]
    known = Reliability(classes, AGAIN, int((said[asked] != again[asked]).sum()))
    share, as_many = sharpened(right, expected)
    final = fit(rows[labelled], said[labelled], classes).logits(rows[test]).argmax(axis=1)
    return {
        "measured_on": len(measured),
        "now": known.bounds(share * as_many, as_many, LEVEL),
        "before": before(known, int(right.sum()), len(right)),
        "truth": float((final == texts.gold[test]).mean()),
    }


def _label(texts: Vectors, said: Ints, pool: Ints) -> tuple[Ints, Ints]:
    """Return the texts labelled, and those of the random share: the first of the pool's order."""
    offered, chosen = pool[:-ASIDE], pool[:0]
    reached = 0
    for _ in range(LABELS // BATCH):
        due = 0
        while due < round(SHARE * BATCH):
            due += int(not np.isin(offered[reached], chosen))
            reached += 1
        measured = offered[:reached]
        left = offered[reached:][~np.isin(offered[reached:], chosen)]
        wanted = BATCH - round(SHARE * BATCH)
        if not len(chosen):
            chosen = left[-wanted:]  # as good as any: the order is random
            continue
        steered = chosen[~np.isin(chosen, measured)]
        p = softmax(fit(texts.rows[steered], said[steered], texts.classes).logits(texts.rows[left]))
        top = np.sort(p, axis=1)
        least = np.argsort(top[:, -1] - top[:, -2], kind="stable")[:wanted]
        chosen = np.append(chosen, left[least])
    return np.union1d(chosen, measured), measured


def before(known: Reliability, agreeing: int, of: int) -> tuple[float, float]:
    """Return the interval as it was: each end from the outer ends of both alone."""
    differed, same = known.differed, known.asked - known.differed
    grid, chance = (np.arange(400) + 0.5) / 400, 1 / known.classes

    def k(a: int, b: int) -> NDArray[np.float64]:
        if not known.asked:
            return np.ones(1)
        drawn = beta.ppf(grid, a, b) if a and b else np.full(1, float(a > 0))
        return np.sqrt(np.maximum(1 - drawn / (1 - chance), 1e-12))

    def end(a: int, b: int, reliability: NDArray[np.float64], tail: float) -> float:
        def below(accuracy: float) -> float:
            agreement = np.clip(chance + reliability * (accuracy - chance), 0, 1)
            return float(betainc(a, b, agreement).mean()) - tail

        if below(0) >= 0 or below(1) <= 0:
            return float(below(0) < 0)
        return float(brentq(below, 0, 1))

    tail = (1 - LEVEL) / 2
    low = end(agreeing, of - agreeing + 1, k(differed, same + 1), tail) if agreeing else 0.0
    if agreeing == of:
        return low, 1.0
    return low, end(agreeing + 1, of - agreeing, k(differed + 1, same), 1 - tail)


def done(path: Path) -> set[tuple[str, float, int]]:
    """Return the repetitions that are in a file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {(row["name"], row["wrong"], row["seed"]) for row in map(json.loads, lines)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Append a JSON line for each repetition to a file."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="+")
    words.add_argument("--seeds", type=int, nargs=2, default=[0, 1000], help="first, last + 1")
    words.add_argument("--wrong", type=float, nargs="+", default=[0.0, 0.05, 0.2])
    words.add_argument("--vectors", type=Path, required=True, help="a folder that keeps them")
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args(arguments)
    known = done(given.out)
    for name in given.names:
        texts = components(Vectors.of(name, given.vectors))
        for seed in range(*given.seeds):
            for wrong in given.wrong:
                if (name, wrong, seed) not in known:
                    found = {"name": name, "wrong": wrong, "seed": seed}
                    found |= repetition(texts, wrong, seed)
                    with given.out.open("a", encoding="utf-8") as stream:
                        stream.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
