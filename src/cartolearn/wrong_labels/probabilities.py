"""The class probabilities of labelled rows after every epoch."""

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.loop.learner import Learner
from cartolearn.models.predict import probabilities

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def in_sample(learner: Learner, ids: Ints) -> Floats:
    """Of the rows that are trained on, as a data map has them: float32 [E, L, C]."""
    return _of(learner, ids, ids, 0)


def held_out(learner: Learner, ids: Ints, folds: int) -> Floats:
    """Of each row from a training without it, by cross-validation: float32 [E, L, C]."""
    fold = np.random.default_rng(learner.seed).permutation(len(ids)) % folds
    parts = [_of(learner, ids[fold != k], ids[fold == k], k) for k in range(folds)]
    result = np.empty((len(parts[0]), len(ids), parts[0].shape[2]), dtype=np.float32)
    for k, part in enumerate(parts):
        result[:, fold == k] = part
    return result


def _of(learner: Learner, train: Ints, asked: Ints, number: int) -> Floats:
    classifier, _ = learner.train(train, number, keep_epochs=True)
    rows = torch.from_numpy(asked)
    passes = []
    for weights in classifier.epoch_weights:
        classifier.load_state_dict(weights, strict=False)  # buffers are not kept
        passes.append(probabilities(classifier, learner.features, rows).numpy())
    return np.stack(passes)
