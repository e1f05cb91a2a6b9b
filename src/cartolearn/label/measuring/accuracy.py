"""Measuring accuracy on labels that the model did not learn from."""

from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartolearn.embeddings.progress import progress_bar
from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.measuring.sharpened import Expected, sharpened
from cartolearn.label.model.chosen import Choice
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.options import Options
from cartolearn.label.project.random_order import set_aside
from cartolearn.label.project.state import State
from cartolearn.models.cross_validation import parts_of
from cartolearn.text_models.calibration import softmax

if TYPE_CHECKING:
    from cartolearn.models.learner import Learner

ENOUGH = 20
ENOUGH_AT_RANDOM = 10
LEAST_PARTS = 3


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Which labels a model gets right without having seen them, at several sizes of training set.

    Attributes:
        ids: int64 [m], the texts it was measured on.
        sizes: int64 [K], ascending: a model of the first so many labels, less its own part.
        correct: bool [K, m]: the prediction is the label that was given.
        at_random: Whether ``ids`` are a simple random sample of all the project's texts.
        reliability: What is known of wrong labels.
        said: int64 [m], the class that the model of all labels, less its own part, said of each.
        gold: int64 [m], the label that was given.
        expected: What the confidence says of the last size, in these and in all texts, or None.
    """

    ids: NDArray[np.int64]
    sizes: NDArray[np.int64]
    correct: NDArray[np.bool_]
    at_random: bool
    reliability: Reliability
    said: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    gold: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    expected: Expected | None = None

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """Share that is right, float64 [K]."""
        return self.reliability.accuracy(np.array([share for share, _ in self.shares()]))

    def bounds(self, level: float) -> NDArray[np.float64]:
        """Return the interval of each accuracy, float64 [K, 2]."""
        told = [(share * as_many, as_many) for share, as_many in self.shares()]
        return np.array([self.reliability.bounds(*one, level) for one in told])

    def shares(self) -> list[tuple[float, float]]:
        """Return the share that agrees with the labels at each size, and how many tell as much."""
        found = [(float(row.mean()), float(len(row))) for row in self.correct]
        return [*found[:-1], sharpened(self.correct[-1], self.expected)] if self.expected else found


def evaluate(
    features: ProjectFeatures, state: State, sizes: NDArray[np.int64], choice: Choice
) -> Evaluation:
    """Cross-validate the quick model of a choice: each part is predicted by models without it.

    Measured are the labels of the random share if there are at least 10, else all. Ten make a wide
    interval, but a true one; texts that a strategy chose are harder than most, and mislead.
    """
    measured = state.random_ids(len(features.rows), features.project.settings.random_order)
    at_random = len(measured) >= ENOUGH_AT_RANDOM
    measured = measured if at_random else np.sort(state.ids)
    options = features.project.options
    parts = parts_of(len(measured), _parts(options, len(measured), len(state.ids)), options.seed)
    aside = set_aside(len(features.rows), features.project.settings.random_order)
    others = np.setdiff1d(aside, state.ids) if at_random else measured[:0]
    texts = choice.labelled(features, state, others)
    places = np.argsort(state.ids)[np.searchsorted(np.sort(state.ids), measured)]
    gold, said = texts.labels[places], np.zeros((len(sizes), len(measured)), dtype=np.int64)
    asked = np.arange(len(state.ids), len(state.ids) + len(others))
    sure, of_others = np.zeros(len(measured)), np.zeros((len(parts), len(others)))
    with progress_bar("Measuring the accuracy", len(sizes) * len(parts)) as advance:
        for row, size in enumerate(sizes):
            for number, part in enumerate(parts):
                learn = np.setdiff1d(np.arange(min(size, len(state.ids))), places[part])
                logits = texts.logits(choice.quick, learn, np.append(places[part], asked))
                said[row, part] = logits[: len(part)].argmax(axis=1)
                confidence = softmax(logits, choice.quick_temperature).max(axis=1)
                sure[part], of_others[number] = np.split(confidence, [len(part)])
                advance(row * len(parts) + number)
    reliability = Reliability.of(state, options.labelling.wrong_share)
    seen = Evaluation(measured, sizes, said == gold, at_random, reliability, said[-1], gold)
    if not at_random or choice.quick != choice.candidate:
        return seen
    models = np.repeat([len(part) / len(measured) for part in parts], len(others))
    known = choice.p.max(axis=1)[np.isin(choice.ids, aside)]
    weights = np.append(models, np.ones(len(known)))
    values = np.append(of_others.ravel(), known)
    return replace(seen, expected=Expected.of_sample(sure, values, weights))


def measured_by(choice: Choice, seen: Evaluation) -> Evaluation:
    """Return the evaluation of the model taken, by what it said when candidates were compared.

    Its models learned from fewer labels than there are, so this is rather too low than too high.
    """
    places = np.flatnonzero(np.isin(choice.ids, seen.ids))
    said, gold = choice.p[places].argmax(axis=1), choice.gold[places]
    correct = (said == gold)[None]
    return replace(
        seen,
        ids=choice.ids[places],
        sizes=seen.sizes[-1:],
        correct=correct,
        said=said,
        gold=gold,
        expected=None,
    )


def _parts(options: Options, measured: int, labelled: int) -> int:
    """Return so few parts that a model still learns from 19 in 20 of the labels, at least three."""
    return min(options.labelling.folds, max(LEAST_PARTS, ceil(20 * measured / labelled)))


def method_of(seen: Evaluation) -> str:
    """Say how the accuracy was measured."""
    if seen.at_random:
        return "cross-validated on the random share, a fair sample of all texts"
    return (
        "cross-validated on all labels, since fewer than"
        f" {ENOUGH_AT_RANDOM} are of the random share; chosen texts are harder than most, so this"
        " is likely too low"
    )


def right(
    learner: "Learner", learn: NDArray[np.int64], ask: NDArray[np.int64], gold: dict[int, int]
) -> NDArray[np.bool_]:
    """Train on the ids ``learn``; return which of the ids ``ask`` [m] are then right, bool [m]."""
    import torch

    if not len(learn) or not len(ask):
        return np.zeros(len(ask), dtype=np.bool_)
    trained = learner.train(learn, np.array([gold[i] for i in learn.tolist()]), "head")
    said = trained.probabilities(torch.from_numpy(ask)).argmax(dim=1).numpy()
    return np.asarray(said == [gold[i] for i in ask.tolist()])


def checkpoints(labelled: int, batch: int, at_most: int = 6) -> NDArray[np.int64]:
    """Return sizes, int64, at which to look at the curve: spread evenly on a logarithmic scale."""
    first = min(labelled, max(ENOUGH, batch))
    return np.unique(np.geomspace(first, labelled, at_most).round().astype(np.int64))
