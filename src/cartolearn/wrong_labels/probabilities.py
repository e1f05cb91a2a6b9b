"""The class probabilities of labelled rows after every epoch."""

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.models.learner import Learner

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def in_sample(learner: Learner, ids: Ints, labels: Ints) -> Floats:
    """Of the rows that are trained on, as a data map has them: float32 [E, L, C]."""
    return _of(learner, ids, labels, ids, 0)


def held_out(learner: Learner, ids: Ints, labels: Ints, folds: int) -> Floats:
    """Of each row from a training without it, by cross-validation: float32 [E, L, C]."""
    fold = np.random.default_rng(learner.seed).permutation(len(ids)) % folds
    parts = [
        _of(learner, ids[fold != k], labels[fold != k], ids[fold == k], k) for k in range(folds)
    ]
    result = np.empty((len(parts[0]), len(ids), parts[0].shape[2]), dtype=np.float32)
    for k, part in enumerate(parts):
        result[:, fold == k] = part
    return result


def _of(learner: Learner, ids: Ints, labels: Ints, asked: Ints, number: int) -> Floats:
    trained = learner.train(ids, labels, number, keep_epochs=True)
    probabilities: Floats = trained.epoch_probabilities(torch.from_numpy(asked)).numpy()
    return probabilities
