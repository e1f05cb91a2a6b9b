"""What four models say of every label that did not learn it, in bounded memory.

* The data map of held-out dynamics: mean over the epochs of p(y | x) of the project's model, which
  learned the other parts of the labels. Early epochs have not yet learned wrong labels by heart.
* A logistic regression on the same features, strongly regularised.
* A normal distribution for each class, with a covariance in common (linear discriminant analysis).
* The neighbours: the labels of the texts nearest in cosine, weighted by nearness.

Where there are many labels, the models learn from a random part, and neighbours are looked for
there. The rows pass in chunks, so that what is held depends on that part, not on their number.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.options import Options
from cartolearn.audit.suspicion.signals import Signals, seen, signals_of
from cartolearn.config.build import build
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.cache import features_of
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.moments import moments
from cartolearn.embeddings.progress import progress_bar
from cartolearn.files import atomic_write
from cartolearn.generators import derived_seed
from cartolearn.models.cross_validation import parts_of
from cartolearn.models.learner import Learner

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Says = Callable[[Floats], Floats]

CHUNK = 4096
PENALTY = 0.003  # C of the logistic regression
SHRINKAGE = 0.5  # of the covariance
NEARNESS = 10.0  # neighbours weigh exp(10 cosine)


def signals(audit: Audit) -> Signals:
    """Return the signals of the audited labels, in the order of ``audit.labels.rows``; kept."""
    path = audit.derived / f"signals-{_identity(audit)}.npz"
    kept = _kept(path)
    if kept is not None:
        return kept
    torch.set_num_threads(audit.options.trainer.threads)
    features = embedded(audit)
    rows, given = audit.labels.rows, audit.labels.given[0]
    made = of_labels(audit.options, features, rows, given[rows], len(audit.labels.classes))
    audit.derived.mkdir(exist_ok=True)
    with atomic_write(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, suggested=made.suggested, pair=made.pair, inputs=made.inputs,
                 score=made.score)  # fmt: skip
    return made


def embedded(audit: Audit) -> Features:
    """Return the features of all texts, float32 [R, d], from the project's folder if there."""
    corpus, options = ProjectTexts(audit.texts, len(audit.texts)), audit.options
    kept = audit.derived, options.features, options.paths.features
    return features_of(corpus, options.embedding, *kept)


def of_labels(
    options: Options, features: Floats | Features, rows: Ints, given: Ints, classes: int
) -> Signals:
    """Return the signals of labels.

    Args:
        options: Of the audit.
        features: float32 [R, d], of all texts.
        rows: int64 [N], ids of the texts that have a label.
        given: int64 [N], these labels, from 0 to ``classes`` - 1.
        classes: Number of classes.
    """
    present, given = np.unique(given, return_inverse=True)
    asked = said_of(options, features, rows, given, len(present))
    parts = [(places, seen(given[places], said)) for places, said in asked]
    order = np.argsort(np.concatenate([places for places, _ in parts]))
    columns = zip(*(found for _, found in parts), strict=True)
    suggested, said, inputs = (np.concatenate(column)[order] for column in columns)
    found = signals_of(given, suggested, said, inputs, len(present))
    return found.named(present, classes)


def said_of(
    options: Options, features: Floats | Features, rows: Ints, given: Ints, classes: int
) -> Iterator[tuple[Ints, list[Floats]]]:
    """Yield chunks of places [m], and what each model says of them, float32 [m, C].

    Arguments as of ``of_labels``; every class occurs.
    """
    count, folds = len(rows), options.audit.folds
    random = np.random.default_rng(derived_seed(options.seed, "learned from"))
    learn = np.zeros(count, dtype=bool)
    learn[random.permutation(count)[: options.audit.learn_from]] = True
    steps = (len(range(0, count, CHUNK)) + 2) * folds
    mean, scale = moments(features)
    with progress_bar("Looking for suspicious labels", steps) as advance:
        for number, part in enumerate(parts_of(count, folds, options.seed)):
            others = learn.copy()
            others[part] = False
            known = np.flatnonzero(others)
            raw = np.asarray(features[rows[known]])
            models = _models(options, (raw - mean) / scale, raw, given[known], classes)
            for start in range(0, len(part), CHUNK):
                places = np.sort(part)[start : start + CHUNK]
                raw = np.asarray(features[rows[places]])
                x = (raw - mean) / scale
                yield places, [model(raw if near else x) for near, model in models]
                advance(steps * (number + start / len(part)) / folds)


def _models(
    options: Options, x: Floats, raw: Floats, given: Ints, classes: int
) -> list[tuple[bool, Says]]:
    """Train the four on labels ``given`` [L]; each comes with whether it reads raw features."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.linear_model import LogisticRegression

    gaussian = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRINKAGE)
    neighbours = partial(_near, unit(raw), given, classes, options.audit.neighbours)
    return [
        (False, _dynamics(options, x, given, classes)),
        (False, _by_class(LogisticRegression(C=PENALTY, max_iter=100), x, given, classes)),
        (False, _by_class(gaussian, x, given, classes)),
        (True, neighbours),
    ]


def _dynamics(options: Options, x: Floats, given: Ints, classes: int) -> Says:
    learner = Learner(
        inputs=torch.from_numpy(x),
        n_classes=classes,
        make=partial(build, options.model, "model"),
        settings=options.trainer,
        seed=options.seed,
    )
    trained = learner.train(np.arange(len(x)), given, "audit", keep_epochs=True)

    def says(rows: Floats) -> Floats:
        asked = replace(trained, inputs=torch.from_numpy(rows))
        return np.asarray(asked.epoch_probabilities(torch.arange(len(rows))).mean(dim=0).numpy())

    return says


def _by_class(model: Any, x: Floats, given: Ints, classes: int) -> Says:
    """Fit a model of scikit-learn's, and return what it says of all classes."""
    known = np.unique(given)
    if len(known) > 1:
        model.fit(x, given)

    def says(rows: Floats) -> Floats:
        p = np.zeros((len(rows), classes), dtype=np.float32)
        p[:, known] = model.predict_proba(rows) if len(known) > 1 else 1
        return p

    return says


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


def _identity(audit: Audit) -> str:
    options = audit.options
    what = [
        audit.labels.digest(), options.seed, options.model, str(options.trainer),
        repr(options.embedding), options.audit.folds, options.audit.neighbours,
        options.audit.learn_from,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:24]


def _kept(path: Path) -> Signals | None:
    try:
        with np.load(path, allow_pickle=False) as held:
            return Signals(held["suggested"], held["pair"], held["inputs"], held["score"])
    except (OSError, ValueError, KeyError, EOFError):
        return None
