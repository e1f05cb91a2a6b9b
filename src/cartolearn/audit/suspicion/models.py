"""The four models that say something of a label which they did not learn.

* The data map of held-out dynamics: mean over the epochs of p(y | x) of the project's model. Early
  epochs have not yet learned wrong labels by heart.
* A logistic regression on the same features, strongly regularised.
* A normal distribution for each class, with a covariance in common (linear discriminant analysis).
* The neighbours: the labels of the texts nearest in cosine, weighted by nearness.
"""

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.audit.project.options import Options
from cartolearn.config.build import build
from cartolearn.models.learner import Learner

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Says = Callable[[Floats], Floats]
"""What a model says, p(y | x) float32 [m, C], of features float32 [m, d]."""

PENALTY = 0.003  # C of the logistic regression
SHRINKAGE = 0.5  # of the covariance
NEARNESS = 10.0  # neighbours weigh exp(10 cosine)


def dynamics(options: Options, x: Floats, given: Ints, classes: int) -> Says:
    """Train the project's model on standardised features [L, d] with labels ``given`` [L].

    What it says holds the weights of each epoch, and nothing of the rows.
    """
    learner = Learner(
        inputs=torch.from_numpy(x),
        n_classes=classes,
        make=partial(build, options.model, "model"),
        settings=options.trainer,
        seed=options.seed,
    )
    trained = learner.train(np.arange(len(x)), given, "audit", keep_epochs=True)
    trained = replace(trained, inputs=torch.empty(0, x.shape[1]))

    def says(rows: Floats) -> Floats:
        asked = replace(trained, inputs=torch.from_numpy(rows))
        return np.asarray(asked.epoch_probabilities(torch.arange(len(rows))).mean(dim=0).numpy())

    return says


def quick(
    options: Options, x: Floats, raw: Floats, given: Ints, classes: int
) -> list[tuple[bool, Says]]:
    """Train the three others on standardised features and on raw ones, both [L, d].

    Each comes with whether it reads raw features.
    """
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.linear_model import LogisticRegression

    gaussian = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRINKAGE)
    return [
        (False, _fitted(LogisticRegression(C=PENALTY, max_iter=100), x, given, classes)),
        (False, _fitted(gaussian, x, given, classes)),
        (True, partial(_near, unit(raw), given, classes, options.audit.neighbours)),
    ]


def _fitted(model: Any, x: Floats, given: Ints, classes: int) -> Says:
    """Fit a model of scikit-learn's, and return what it says of all classes.

    Where there is nothing to fit (one class, or no two labels of the same) it says how often each
    class occurs.
    """
    known, counts = np.unique(given, return_counts=True)
    fitted = 1 < len(known) < len(given)
    if fitted:
        fit(model, x, given)

    def says(rows: Floats) -> Floats:
        p = np.zeros((len(rows), classes), dtype=np.float32)
        p[:, known] = model.predict_proba(rows) if fitted else counts / len(given)
        return p

    return says


def fit(model: Any, x: Floats, given: Ints) -> Any:
    """Fit a model of scikit-learn's in place, and return it."""
    with warnings.catch_warnings():  # a class of one label has no covariance of its own
        warnings.filterwarnings("ignore", "Only one sample available")
        warnings.filterwarnings("ignore", "The number of unique classes is greater than 50%")
        return model.fit(x, given)


def unit(features: Floats) -> Floats:
    """Return rows of length 1; a row of zeros stays one."""
    length = np.linalg.norm(features, axis=1, keepdims=True)
    return np.asarray(features / np.where(length > 0, length, 1), dtype=np.float32)


def _near(known: Floats, given: Ints, classes: int, neighbours: int, rows: Floats) -> Floats:
    k = min(neighbours, len(known))
    p = np.zeros((len(rows), classes), dtype=np.float32)
    for start in range(0, len(rows), 512):
        cosine = unit(rows[start : start + 512]) @ known.T
        nearest = np.argpartition(-cosine, k - 1, axis=1)[:, :k]
        weights = np.exp(NEARNESS * np.take_along_axis(cosine, nearest, axis=1))
        at = np.arange(start, start + len(cosine))[:, None]
        np.add.at(p, (at, given[nearest]), weights)
    return p / p.sum(axis=1, keepdims=True)
