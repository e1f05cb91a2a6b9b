"""Weights that undo the choosing: chosen texts are harder than those that come.

Strategies look at how sure a model is. So the labelled texts are put into groups by the confidence
of a model that did not learn them, and each group counts as much as its share of all texts
(post-stratification by confidence). What else the choosing looked at is not undone.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GROUPS = 6
CHOSEN_COUNT = 40  # random texts that all chosen ones count for: 30 to 60 calibrate alike
LEAST = 8  # labelled texts in a group; groups of fewer are joined with the next


def undoing_weights(labelled: Floats, everything: Floats) -> Floats:
    """Return weights of n labelled texts, float64 [n], of mean 1.

    Args:
        labelled: A model's confidence in each, [n].
        everything: Its confidence in texts drawn at random from all, [m].
    """
    edges = np.unique(np.quantile(everything, np.arange(1, GROUPS) / GROUPS))
    ours, theirs = np.searchsorted(edges, labelled), np.searchsorted(edges, everything)
    group = np.zeros(len(edges) + 1, dtype=np.int64)
    held = 0
    for number in range(1, len(group)):
        held += int((ours == number - 1).sum())
        left = int((ours >= number).sum())
        fresh = held >= LEAST and left >= LEAST
        group[number] = group[number - 1] + fresh
        held = 0 if fresh else held
    ours, theirs = group[ours], group[theirs]
    counts = np.bincount(ours, minlength=int(group[-1]) + 1)
    shares = np.bincount(theirs, minlength=len(counts)) / len(everything)
    weights = np.where(counts > 0, shares / np.maximum(counts, 1), 0)[ours]
    return weights * (len(labelled) / weights.sum())


def calibrating_weights(at_random: NDArray[np.bool_]) -> Floats:
    """Return what each of n labels counts where confidences are made true, float64 [n].

    A text of the random share counts 1. All chosen ones together count as much as 40 of these: at
    the same confidence a chosen text is wrong more often, since a strategy keeps near-duplicates
    apart, and few random texts alone would leave the temperature to chance. Without a random share
    all count the same.
    """
    chosen = int((~at_random).sum())
    if not chosen or chosen == len(at_random):
        return np.ones(len(at_random))
    return np.where(at_random, 1.0, min(1.0, CHOSEN_COUNT / chosen))
