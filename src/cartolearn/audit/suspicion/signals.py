"""What models that did not learn a label say of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LEAST = 1e-3  # no probability counts as smaller
PRIOR = 2.0  # rows of a pair that are taken for granted in both directions
FIRST = 0.5  # what a lopsided pair counts for against log odds, where models learn all labels
LOPSIDED = 1.5  # and where they learn without suspicious ones
UNEVEN = 0.8  # variance of true log ratios from which on the suggested class tells more than any


@dataclass(frozen=True, eq=False)
class Signals:
    """What is known of N labels before any is checked.

    Attributes:
        suggested: int64 [N], the likeliest class that is not the given one.
        pair: int64 [N], a number for each pair (given, suggested).
        inputs: float32 [N, d], by row: for each model the log odds of the suggested class against
            the given one, and the log probability of the given one; how lopsided the pair is.
        score: float64 [N], the mean log odds of the N rows, in an order of their own (see
            ``signals_of``).
    """

    suggested: Ints
    pair: Ints
    inputs: Floats
    score: NDArray[np.float64]

    def named(self, present: Ints, classes: int) -> "Signals":
        """Return the same with classes as indices into all ``classes``.

        Args:
            present: int64 [C], what each class is by then, where only these occurred.
            classes: Number of all classes.
        """
        given, suggested = np.divmod(self.pair, len(present))
        pair = present[given] * classes + present[suggested]
        return Signals(present[self.suggested], pair, self.inputs, self.score)

    @property
    def contradicted(self) -> NDArray[np.bool_]:
        """Return which labels the models take for the suggested class, bool [N]."""
        return _odds(self.inputs) > 0

    def standardised(self) -> Floats:
        """Return the inputs with mean 0 and standard deviation 1 in each column."""
        deviation = self.inputs.std(axis=0)
        centred = self.inputs - self.inputs.mean(axis=0)
        return centred / np.where(deviation > 1e-6, deviation, 1)


def mixed(probabilities: list[Floats]) -> Floats:
    """Return the normalised geometric mean, float32 [N, C], of several p(y | x)."""
    mean = np.exp(np.mean([np.log(p + LEAST) for p in probabilities], axis=0))
    return mean / mean.sum(axis=1, keepdims=True)


def seen(given: Ints, probabilities: list[Floats]) -> tuple[Ints, Ints, Floats, Floats]:
    """Return what models say of labels that they did not learn; rows may come in parts.

    Args:
        given: int64 [m], the labels.
        probabilities: Of each of M models, p(y | x) float32 [m, C].

    Returns:
        The likeliest other class, int64 [m]; the likeliest class, int64 [m]; by row the M log odds
        of the former and the M log probabilities of the label, float32 [m, 2 M]; and the
        probability of the label by all models together, float32 [m].
    """
    rows = np.arange(len(given))
    together = mixed(probabilities)
    said, label = together.argmax(axis=1), together[rows, given]
    together[rows, given] = -1
    suggested = together.argmax(axis=1)
    own = [np.log(p[rows, given] + LEAST) for p in probabilities]
    other = [np.log(p[rows, suggested] + LEAST) for p in probabilities]
    odds = [o - g for o, g in zip(other, own, strict=True)]
    return suggested, said, np.column_stack([*odds, *own]).astype(np.float32), label


def signals_of(
    given: Ints,
    suggested: Ints,
    said: Ints,
    inputs: Floats,
    classes: int,
    label: Floats | None = None,
) -> Signals:
    """Return the signals of all labels, from what ``seen`` returned of each.

    Where errors go from one class to another, the odds of that class find them, the more surely the
    more lopsided the pair is. Where they go anywhere, the odds of any other class do, which are
    those against the label. The scores are the mean log odds, by which p(wrong) is set, in that
    order; without ``label`` in their own, and lopsided pairs are added.

    Args:
        given: int64 [N], the labels.
        suggested: int64 [N], the likeliest other class of each.
        said: int64 [N], the likeliest class of each.
        inputs: float32 [N, 2 M], of M models.
        classes: Number of classes.
        label: float32 [N], the probability of each label.
    """
    odds = _odds(inputs)
    pairs, true = lopsided(given, said, classes)
    uneven = pairs[given, suggested]
    columns = np.column_stack([inputs, uneven]).astype(np.float32)
    score = odds + FIRST * uneven
    if label is not None:
        order = odds + LOPSIDED * uneven if true >= UNEVEN else -label
        score[np.argsort(order, kind="stable")] = np.sort(odds)
    return Signals(suggested, given * classes + suggested, columns, score)


def _odds(inputs: Floats) -> NDArray[np.float64]:
    """Return the mean log odds of the suggested class, which are the first half of the inputs."""
    return inputs[:, : inputs.shape[1] // 2].mean(axis=1, dtype=np.float64)


def lopsided(given: Ints, said: Ints, classes: int) -> tuple[NDArray[np.float64], float]:
    """Return how lopsided each pair is, the log ratio of two counts drawn towards 0.

    Where A was called B by mistake, the models say A of many rows called B, but B of few rows
    called A, while honest confusion goes both ways. But counts differ by chance, too, and a ratio
    is drawn towards 0 by t / (t + v) (empirical Bayes), with v its variance by chance and t that of
    true differences: the squares of all ratios, weighted by rows, beyond chance. Where errors are
    random, little or nothing is left of it.

    Args:
        given: int64 [N], the labels.
        said: int64 [N], the likeliest class of each.
        classes: Number of classes C.

    Returns:
        By class that a row is called (first) and class that it may be, float64 [C, C]; and t.
    """
    counts = np.full((classes, classes), PRIOR)
    np.add.at(counts, (given, said), 1)
    ratio, chance = np.log(counts / counts.T), 1 / counts + 1 / counts.T
    rows = counts + counts.T - 2 * PRIOR
    np.fill_diagonal(rows, 0)
    true = max(0.0, float((rows * (ratio**2 - chance)).sum() / max(rows.sum(), 1)))
    return np.asarray(ratio * true / (true + chance)), true
