"""What a person decides by, class by class: precision, recall, and what is taken for what."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from cartolearn.label.measuring.accuracy import Evaluation
from cartolearn.label.model.chosen import Choice
from cartolearn.statistics.bootstrap import resampled_means
from cartolearn.statistics.domain import clopper_pearson
from cartolearn.statistics.intervals import expanded_tail

LEAST = 10  # random texts that an interval asks for
PAIRS = 5
DRAWS = 2000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """A share of a class's texts, with its interval where the random share allows one.

    Attributes:
        value: Of all labels, weighted as texts come; NaN where there are none.
        low: Lower end, from the random share, or None: too few to say.
        high: Upper end, or None.
        more: Random texts that it takes until there is an interval, about; 0 if there is one.
    """

    value: float
    low: float | None
    high: float | None
    more: int


@dataclass(frozen=True)
class ClassFigures:
    """How well one class is told: what share of its predictions, and of its texts, is right."""

    name: str
    labels: int
    precision: Share
    recall: Share


@dataclass(frozen=True)
class Pair:
    """Labels of one class that the model takes for another: ``texts`` of ``labels`` of them."""

    label: str
    taken_for: str
    texts: int
    labels: int


def figures_by_class(
    choice: Choice, seen: Evaluation, classes: list[str], level: float
) -> list[ClassFigures]:
    """Return precision and recall of every class, by models that did not learn the texts.

    The values are of all labels, weighted (see ``undoing_weights``); the intervals are those of
    Clopper and Pearson on the random share, and need ten of its texts.
    """
    said = choice.p.argmax(axis=1)
    found = []
    for number, name in enumerate(classes):
        ours, theirs = choice.gold == number, said == number
        right = float(choice.weights[ours & theirs].sum())
        precision = right / max(float(choice.weights[theirs].sum()), 1e-12)
        recall = right / max(float(choice.weights[ours].sum()), 1e-12)
        both = (seen.gold == number) & (seen.said == number)
        found.append(
            ClassFigures(
                name,
                int(ours.sum()),
                _share(precision, theirs, both, seen.said == number, seen.at_random, level),
                _share(recall, ours, both, seen.gold == number, seen.at_random, level),
            )
        )
    return found


def macro_f1(choice: Choice, seen: Evaluation, level: float) -> Share:
    """Return the mean F1 of the classes: of all labels, and its interval from the random share.

    The interval is a bootstrap of the random texts, and needs ten of every class with a label.
    """
    value = next(score.macro_f1 for score in choice.scores if score.name == choice.candidate.name)
    there = np.unique(choice.gold)
    sample = seen.gold if seen.at_random else seen.gold[:0]
    counts = (sample[:, None] == there).sum(axis=0)
    if counts.min() < LEAST:
        known = sample if len(sample) else choice.gold
        rates = ((known[:, None] == there).sum(axis=0) + 0.5) / (len(known) + 1)
        return Share(value, None, None, ceil(float(((LEAST - counts) / rates).max())))
    return Share(value, *macro_f1_interval(seen.gold, seen.said, there, level), 0)


def macro_f1_interval(
    gold: NDArray[np.int64], said: NDArray[np.int64], classes: NDArray[np.int64], level: float
) -> tuple[float, float]:
    """Return a bootstrap interval of the mean F1 of ``classes``, from a random sample."""
    ours, theirs = gold[:, None] == classes, said[:, None] == classes
    counted = np.concatenate([ours & theirs, ours.astype(np.float64) + theirs], axis=1)
    means = resampled_means(counted, DRAWS, np.random.default_rng(0))
    right, all_said = np.split(means, 2, axis=1)
    drawn = (2 * right / np.maximum(all_said, 1e-12)).mean(axis=1)
    tail = expanded_tail(len(gold), level)
    low, high = np.quantile(drawn, [tail, 1 - tail]).tolist()
    return low, high


def confused_pairs(choice: Choice, classes: list[str], most: int = PAIRS) -> list[Pair]:
    """Return the pairs of classes that are taken for one another most often, of all labels."""
    said = choice.p.argmax(axis=1)
    table = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(table, (choice.gold, said), 1)
    labels = table.sum(axis=1)
    np.fill_diagonal(table, 0)
    order = np.argsort(-table, axis=None, kind="stable")[:most]
    places = [divmod(int(place), len(classes)) for place in order]
    return [
        Pair(classes[a], classes[b], int(table[a, b]), int(labels[a]))
        for a, b in places
        if table[a, b]
    ]


def _share(
    value: float,
    of: NDArray[np.bool_],
    right: NDArray[np.bool_],
    random: NDArray[np.bool_],
    at_random: bool,
    level: float,
) -> Share:
    value = value if of.any() else float("nan")
    count = int(random.sum()) if at_random else 0
    if count >= LEAST:
        low, high = clopper_pearson(int(right.sum()), count, level)
        return Share(value, low, high, 0)
    rate = (count + 0.5) / (len(random) + 1) if at_random else of.mean() or 1 / len(of)
    return Share(value, None, None, ceil((LEAST - count) / float(rate)))
