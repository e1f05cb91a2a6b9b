"""Many labelling projects, simulated quickly: margin sampling with a linear model.

    python -m benchmarks.labelling.projects trec shop --seeds 0 20 --vectors vectors --out projects

Each project draws its texts anew: some to label, a tenth of every batch at random; some set aside
from the strategy, without labels; and at least 2,500 others that are never offered, on which the
truth is measured. The model is the candidate that reads a frozen encoder (logistic regression,
C = 10). After every batch of 50 it is asked about both, and twice more after 100 further labels,
chosen in two other ways: with the project's own these are three trainings of what comes next. A
project is a file in the folder; those that are there are not simulated again.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from benchmarks.labelling.vectors import Vectors
from cartolearn.files import atomic_write
from cartolearn.generators import derived_seed
from cartolearn.label.measuring.accuracy import LEAST_PARTS, Evaluation, checkpoints
from cartolearn.label.measuring.forecast import forecast
from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.measuring.stopping import AHEAD, LEAST_LABELS, LOOKS, believed
from cartolearn.label.model.weights import calibrating_weights
from cartolearn.models.cross_validation import parts_of
from cartolearn.text_models.calibration import best_temperature, softmax
from cartolearn.text_models.logistic import Weights, fit

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
BATCH, RANDOM, MOST = 50, 0.1, 1500
POOL, TEST, ASIDE = 4500, 2500, 0.2
LABELLED = 0.6  # share of the texts to label after which a project ends
OTHERS = 2


@dataclass(frozen=True, eq=False)
class Run:
    """What happened in one project, at every size of the labelled set.

    Attributes:
        sizes: int64 [K], numbers of labels, 50 apart.
        right: bool [K, T], which of the texts that are never offered the model gets right.
        ahead: bool [K, 2, T], the same after 100 further labels, chosen in two other ways.
        said: int16 [K, R], what the model says of the texts set aside.
        entropy: float64 [K], its mean entropy on them, in shares of that of even chances.
        believed: float16 [K, R], what it believes the last 100 labels brought there, as ``status``
            reckons it; NaN with fewer than 200 labels.
        forecast: float64 [K], the gain of 100 labels by the forecast of ``status``; NaN where it
            was not asked for, or between hundreds.
        gold: int64 [R], their classes.
        classes: How many classes there are.
    """

    sizes: Ints
    right: Bools
    ahead: Bools
    said: NDArray[np.int16]
    entropy: NDArray[np.float64]
    believed: NDArray[np.float16]
    forecast: NDArray[np.float64]
    gold: Ints
    classes: int

    def save(self, path: Path) -> None:
        """Write it, the bools as bits."""
        packed = {name: np.packbits(getattr(self, name), axis=-1) for name in ("right", "ahead")}
        with atomic_write(path, sync=False) as temporary, temporary.open("wb") as stream:
            np.savez_compressed(stream, **(vars(self) | packed), tests=self.right.shape[1])

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read one that was saved."""
        with np.load(path, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
        tests = int(found.pop("tests"))
        for name in ("right", "ahead"):
            found[name] = np.unpackbits(found[name], axis=-1, count=tests).astype(np.bool_)
        return cls(**found | {"classes": int(found["classes"])})


def simulate(texts: Vectors, seed: int, forecasts: bool = False) -> Run:
    """Label one project from nothing to its end; forecasts take as long as all the rest."""
    random = np.random.default_rng(derived_seed(seed, texts.name))
    order = random.permutation(len(texts.gold))
    pool, test = np.split(order, [min(POOL, len(order) - TEST)])
    pool, aside = np.split(pool, [round((1 - ASIDE) * len(pool))])
    last = min(MOST, int(LABELLED * len(pool)) // BATCH * BATCH)
    labelled, model = pool[:0], None
    found: dict[str, list[NDArray[np.generic] | float]] = {
        name: [] for name in ("right", "ahead", "said", "entropy", "believed", "forecast")
    }
    logits: list[NDArray[np.float64]] = []
    temperature = 1.0
    sizes = np.arange(BATCH, last + 1, BATCH)
    for _ in sizes:
        labelled = np.append(labelled, _batch(texts, pool, labelled, model, BATCH, random))
        model = _model(texts, labelled)
        logits.append(model.logits(texts.rows[aside]))
        p = softmax(logits[-1])
        found["right"].append(_right(texts, model, test))
        found["said"].append(p.argmax(axis=1).astype(np.int16))
        logs = np.log(np.maximum(p, 1e-12))
        found["entropy"].append(float(-(p * logs).sum(axis=1).mean() / np.log(texts.classes)))
        hundreds = len(labelled) >= LEAST_LABELS and len(labelled) % AHEAD == 0
        if hundreds:
            temperature = _temperature(texts, labelled, seed)
        ahead_of = hundreds and forecasts
        found["forecast"].append(_forecast(texts, labelled, seed) if ahead_of else np.nan)
        found["believed"].append(_believed(logits, temperature))
        others = [np.random.default_rng((seed, len(labelled), number)) for number in range(OTHERS)]
        ahead = [
            np.append(labelled, _batch(texts, pool, labelled, model, AHEAD, other))
            for other in others
        ]
        found["ahead"].append(np.array([_right(texts, _model(texts, ids), test) for ids in ahead]))
    arrays = {name: np.array(values) for name, values in found.items()}
    return Run(sizes, gold=texts.gold[aside], classes=texts.classes, **arrays)


def _temperature(texts: Vectors, labelled: Ints, seed: int) -> float:
    """Return the temperature as the tool finds it, by five parts of the labels."""
    logits = np.zeros((len(labelled), texts.classes))
    for part in parts_of(len(labelled), 5, seed):
        model = _model(texts, np.delete(labelled, part))
        logits[part] = model.logits(texts.rows[labelled[part]])
    return best_temperature(logits, texts.gold[labelled], calibrating_weights(_at_random(labelled)))


def _at_random(labelled: Ints) -> Bools:
    """Return which labels are of the random share, [L]: all of the first batch, then a tenth."""
    places = np.arange(len(labelled))
    return np.asarray((places < BATCH) | (places % BATCH < RANDOM * BATCH))


def _forecast(texts: Vectors, labelled: Ints, seed: int) -> float:
    """Return the gain that ``status`` forecasts, from the curve on the random share."""
    measured = np.flatnonzero(_at_random(labelled))
    sizes = checkpoints(len(labelled), BATCH)
    count = max(LEAST_PARTS, ceil(20 * len(measured) / len(labelled)))
    correct = np.zeros((len(sizes), len(measured)), dtype=np.bool_)
    for part in parts_of(len(measured), count, seed):
        asked = labelled[measured[part]]
        for row, size in enumerate(sizes):
            learn = labelled[np.setdiff1d(np.arange(size), measured[part])]
            correct[row, part] = _right(texts, _model(texts, learn), asked)
    seen = Evaluation(labelled[measured], sizes, correct, True, Reliability(texts.classes))
    found = forecast(seen, AHEAD, 0.95)
    return found.gain if found else np.nan


def _believed(logits: Sequence[NDArray[np.float64]], temperature: float) -> NDArray[np.float16]:
    """Return the mean of up to three comparisons with the model of 100 labels before, [R]."""
    back = AHEAD // BATCH
    if len(logits) < LEAST_LABELS // BATCH:
        return np.full(len(logits[0]), np.nan, dtype=np.float16)
    last = [softmax(one, temperature) for one in logits[-LOOKS - back :]]
    pairs = zip(last[back:], last[:-back], strict=True)
    gains: NDArray[np.float64] = np.mean([believed(*pair) for pair in list(pairs)[-LOOKS:]], axis=0)
    return gains.astype(np.float16)


def _batch(
    texts: Vectors,
    pool: Ints,
    labelled: Ints,
    model: Weights | None,
    n: int,
    random: np.random.Generator,
) -> Ints:
    """Return n texts: a tenth at random, and of half of the others those of least margin."""
    left = random.permutation(np.setdiff1d(pool, labelled))
    if model is None:
        return left[:n]
    share = round(RANDOM * n)
    some = left[share : share + max(n, len(left) // 2)]
    p = np.sort(softmax(model.logits(texts.rows[some])), axis=1)
    least = np.argsort(p[:, -1] - p[:, -2], kind="stable")[: n - share]
    return np.concatenate([left[:share], some[least]])


def _model(texts: Vectors, ids: Ints) -> Weights:
    return fit(texts.rows[ids], texts.gold[ids], texts.classes)


def _right(texts: Vectors, model: Weights, ids: Ints) -> Bools:
    return np.asarray(model.logits(texts.rows[ids]).argmax(axis=1) == texts.gold[ids])


def main() -> None:
    """Simulate what is missing of the projects asked for."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="+")
    words.add_argument("--seeds", type=int, nargs=2, default=[0, 20], help="first, last + 1")
    words.add_argument("--vectors", type=Path, required=True, help="a folder that keeps them")
    words.add_argument("--out", type=Path, required=True, help="a folder")
    words.add_argument("--forecasts", action="store_true", help="also those of status")
    given = words.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for name in given.names:
        texts = Vectors.of(name, given.vectors)
        for seed in range(*given.seeds):
            path = given.out / f"{name}-{seed}.npz"
            if not path.exists():
                simulate(texts, seed, given.forecasts).save(path)


if __name__ == "__main__":
    main()
