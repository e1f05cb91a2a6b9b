"""What models that did not learn a label say of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LEAST = 1e-3  # no probability counts as smaller
PRIOR = 2.0  # rows of a pair that are taken for granted in both directions
LOPSIDED = 0.5  # what a pair counts for, against the models' log odds


@dataclass(frozen=True, eq=False)
class Signals:
    """What is known of N labels before any is checked.

    Attributes:
        suggested: int64 [N], the likeliest class that is not the given one.
        pair: int64 [N], a number for each pair (given, suggested).
        inputs: float32 [N, d], by row: for each model the log odds of the suggested class against
            the given one, and the log probability of the given one; how lopsided the pair is.
        score: float64 [N], the mean log odds plus half of how lopsided the pair is.
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

    def standardised(self) -> Floats:
        """Return the inputs with mean 0 and standard deviation 1 in each column."""
        deviation = self.inputs.std(axis=0)
        centred = self.inputs - self.inputs.mean(axis=0)
        return centred / np.where(deviation > 1e-6, deviation, 1)


def mixed(probabilities: list[Floats]) -> Floats:
    """Return the normalised geometric mean, float32 [N, C], of several p(y | x)."""
    mean = np.exp(np.mean([np.log(p + LEAST) for p in probabilities], axis=0))
    return mean / mean.sum(axis=1, keepdims=True)


def seen(given: Ints, probabilities: list[Floats]) -> tuple[Ints, Ints, Floats]:
    """Return what models say of labels that they did not learn; rows may come in parts.

    Args:
        given: int64 [m], the labels.
        probabilities: Of each of M models, p(y | x) float32 [m, C].

    Returns:
        The likeliest other class, int64 [m]; the likeliest class, int64 [m]; and by row the M log
        odds of the former and the M log probabilities of the label, float32 [m, 2 M].
    """
    rows = np.arange(len(given))
    together = mixed(probabilities)
    said = together.argmax(axis=1)
    together[rows, given] = -1
    suggested = together.argmax(axis=1)
    own = [np.log(p[rows, given] + LEAST) for p in probabilities]
    other = [np.log(p[rows, suggested] + LEAST) for p in probabilities]
    odds = [o - g for o, g in zip(other, own, strict=True)]
    return suggested, said, np.column_stack([*odds, *own]).astype(np.float32)


def signals_of(given: Ints, suggested: Ints, said: Ints, inputs: Floats, classes: int) -> Signals:
    """Return the signals of all labels, from what ``seen`` returned of each."""
    counts = np.zeros((classes, classes))
    np.add.at(counts, (given, said), 1)
    odds = inputs[:, : inputs.shape[1] // 2].mean(axis=1, dtype=np.float64)
    uneven = lopsided(counts)[given, suggested]
    columns = np.column_stack([inputs, uneven]).astype(np.float32)
    return Signals(suggested, given * classes + suggested, columns, odds + LOPSIDED * uneven)


def lopsided(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how lopsided each pair is: the log ratio of two counts, drawn towards 0.

    Where A was called B by mistake, the models say A of many rows called B, but B of few rows
    called A, while honest confusion goes both ways. But counts differ by chance, too. The log ratio
    has about the variance v = 1 / n + 1 / m by chance; what the squares of all pairs, weighted by
    their rows, have above that is the variance t of true differences, and a ratio is drawn towards
    0 by t / (t + v) (empirical Bayes). Where errors are random, nothing is left of it.

    Args:
        counts: float64 [C, C], of how many rows called B (first) the models say A (second).
    """
    to, back = counts + PRIOR, counts.T + PRIOR
    ratio, chance = np.log(to / back), 1 / to + 1 / back
    rows = counts + counts.T
    np.fill_diagonal(rows, 0)
    if not rows.any():
        return np.zeros_like(ratio)
    true = max(0.0, float((rows * (ratio**2 - chance)).sum() / rows.sum()))
    return np.asarray(ratio * true / (true + chance))
