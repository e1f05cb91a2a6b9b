"""The class probabilities of labelled rows after every epoch."""

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.models import cross_validation
from cartolearn.models.learner import Learner

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def in_sample(learner: Learner, ids: Ints, labels: Ints) -> Floats:
    """Return those of the rows trained on, as a data map has them: float32 [E, L, C]."""
    trained = learner.train(ids, labels, keep_epochs=True)
    probabilities: Floats = trained.epoch_probabilities(torch.from_numpy(ids)).numpy()
    return probabilities


def held_out(learner: Learner, ids: Ints, labels: Ints, folds: int) -> Floats:
    """Return those of each row by a training without it, cross-validated: float32 [E, L, C]."""
    asked = cross_validation.held_out(learner, ids, labels, folds, learner.seed, "held out")
    places, parts = zip(*asked, strict=True)
    return np.concatenate(parts, axis=1)[:, np.argsort(np.concatenate(places))]
