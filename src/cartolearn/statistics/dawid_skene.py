"""What the true classes are, by several people's answers and by how each of them errs.

Dawid and Skene, Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm
(1979): each person has a table of errors of their own; the classes, the tables and how frequent
the classes are are estimated in turn, beginning with the shares of the votes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Answer = tuple[int, int, int]
ROUNDS = 200
ENOUGH = 1e-8
LEAST = 1e-12


def majority(answers: Sequence[Answer], items: int, classes: int) -> Floats:
    """Return each class's share of the votes for each item, float64 [items, classes]."""
    votes = np.zeros((items, classes))
    for item, _, label in answers:
        votes[item, label] += 1
    return votes / np.maximum(votes.sum(axis=1, keepdims=True), 1)


def dawid_skene(answers: Sequence[Answer], items: int, people: int, classes: int) -> Floats:
    """Return the probability of each class for each item, float64 [items, classes].

    Args:
        answers: Item, person and class of each answer; at most one of each person to an item.
        items: Number of items; each has an answer.
        people: Number of people.
        classes: Number of classes.
    """
    item, who, said = np.array(answers, dtype=np.int64).T
    p = majority(answers, items, classes)
    for _ in range(ROUNDS):
        errors = np.zeros((people, classes, classes))
        np.add.at(errors.transpose(0, 2, 1), (who, said), p[item])
        errors /= np.maximum(errors.sum(axis=2, keepdims=True), LEAST)
        log_p = np.tile(np.log(np.maximum(p.mean(axis=0), LEAST)), (items, 1))
        np.add.at(log_p, item, np.log(np.maximum(errors[who, :, said], LEAST)))
        before, p = p, np.exp(log_p - log_p.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        if np.abs(p - before).max() < ENOUGH:
            break
    return p
