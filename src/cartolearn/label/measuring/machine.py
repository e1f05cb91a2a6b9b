"""How good a language model's answers are on the user's labels, and a model that learned them.

Two rows beside the candidates, for each language model that was asked. Neither is ever taken.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from cartolearn.label.model.chosen import Choice, labelled_texts
from cartolearn.label.model.encoders import encoders_of
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.model.scores import Score, scores_of
from cartolearn.label.project.random_order import random_order
from cartolearn.label.project.state import State
from cartolearn.label.suggesting.record import Suggestion, read_suggestions
from cartolearn.models.cross_validation import parts_of
from cartolearn.text_models.calibration import softmax
from cartolearn.text_models.candidates import Candidate

ENOUGH = 20  # labels of the user on which a machine can be measured
MOST = 2000  # machine labels that a model learns from
FOLDS = 3
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MachineScores:
    """A language model against the labels of people.

    Attributes:
        model: What it is called.
        texts: How many texts with a label it was asked about.
        learned: How many of its labels the other model learned.
        itself: Its own answers; no answer counts as a wrong one. It has no log loss (NaN).
        learner: A model of the kind that was taken, that learned its labels and those of people.
    """

    model: str
    texts: int
    learned: int
    itself: Score
    learner: Score


def machine_scores(features: ProjectFeatures, state: State, choice: Choice) -> list[MachineScores]:
    """Return how each language model does on the labels that the candidates were compared on.

    Texts that its prompt showed were not asked about, so they are left out. ``behind`` and
    ``error`` of a score are against the best of itself, the learner and the candidate taken.
    """
    known = read_suggestions(features.project, state).models
    found = []
    for model, said in known.items():
        places = np.flatnonzero([row in said for row in choice.ids.tolist()])
        if len(places) >= ENOUGH:
            found.append(_scores(features, state, choice, model, said, places))
    return found


def _scores(
    features: ProjectFeatures, state: State, choice: Choice, model: str,
    said: Mapping[int, Suggestion], places: Ints,
) -> MachineScores:  # fmt: skip
    names = [f"{model} itself", f"learned from {model} and you", choice.candidate.name]
    gold, weights = choice.gold[places], choice.weights[places]
    own = one_hot([said[row].label for row in choice.ids[places].tolist()], state.classes)
    start = time.perf_counter()
    learned, count = _learned(features, state, choice, said, places)
    seconds = [0.0, time.perf_counter() - start, 0.0]
    compared = [own, learned, choice.p[places]]
    ones = [1.0, choice.temperature, choice.temperature]
    scores = scores_of([Candidate(n) for n in names], compared, gold, weights, ones, seconds)
    itself = replace(scores[0], log_loss=nan, temperature=nan)
    return MachineScores(model, len(places), count, itself, scores[1])


def one_hot(labels: list[str | None], classes: list[str]) -> Floats:
    """Return answers as probabilities, float64 [n, C + 1]; the last column is for no answer."""
    p = np.zeros((len(labels), len(classes) + 1))
    for row, label in enumerate(labels):
        p[row, classes.index(label) if label is not None else len(classes)] = 1
    return p


def _learned(
    features: ProjectFeatures, state: State, choice: Choice, said: Mapping[int, Suggestion],
    places: Ints,
) -> tuple[Floats, int]:  # fmt: skip
    """Return what models say, [n, C], that learned labels of other texts; and of how many.

    These are the machine's, and people's where they labelled a text.
    """
    project, classes = features.project, state.classes
    order = random_order(len(project.texts), project.settings.random_order)
    asked = set(choice.ids[places].tolist())
    given = {row: one.label for row, one in said.items() if one.label is not None}
    given |= {row: label.label for row, label in state.labels.items()}
    pool = [row for row in order.tolist() if row in given and row not in asked][:MOST]
    ids = np.concatenate([choice.ids[places], np.array(pool, dtype=np.int64)])
    gold = np.concatenate(
        [choice.gold[places], np.array([classes.index(given[row]) for row in pool], np.int64)]
    )
    name = choice.quick.encoder
    encoders = {name: encoders_of(project.options)[name]} if name else {}
    labelled = labelled_texts(features, encoders, ids, gold, len(classes))
    logits = np.full((len(places), len(classes)), -np.inf)
    for part in parts_of(len(places), FOLDS, project.options.seed):
        logits[part] = labelled.logits(choice.quick, np.delete(np.arange(len(ids)), part), part)
    return softmax(logits, choice.temperature), len(pool)
