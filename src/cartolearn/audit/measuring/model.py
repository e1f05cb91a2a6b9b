"""What a model trained on these labels loses by the wrong ones, as far as the checks can tell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.audit.files.corrected import corrected
from cartolearn.audit.measuring.sample import UNKNOWN
from cartolearn.audit.measuring.shares import Seen, part
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.labels import NONE, numbered
from cartolearn.audit.project.state import State
from cartolearn.audit.suspicion.held_out import embedded
from cartolearn.audit.suspicion.models import SHRINKAGE, fit
from cartolearn.audit.suspicion.signals import Signals
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.moments import moments
from cartolearn.models.cross_validation import parts_of

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
LEAST = 20  # checks
WAYS = {"--leave-out 0.5": {"leave_out": 0.5}, "--above 0.5": {"above": 0.5}}


@dataclass(frozen=True)
class Fixed:
    """What a model gains by one way to fix the labels; see ``Model``.

    Attributes:
        way: Options of ``fix``.
        accuracy: Trained on what it writes.
        gain: The difference; what the wrong labels cost is at least about that.
        low: Lower end of its interval.
        high: Upper end.
    """

    way: str
    accuracy: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class Model:
    """Accuracy on the truth, over all audited texts, of a model that did not learn the text.

    Attributes:
        as_given: Trained on the labels as they were given.
        fixes: Trained on those that ``fix`` writes.
    """

    as_given: float
    fixes: list[Fixed]


def model_of(audit: Audit, state: State, signals: Signals, seen: Seen) -> Model | None:
    """Return what a model loses; None with fewer than 20 checks.

    The model is a normal distribution for each class on the features (linear discriminant
    analysis), cross-validated. It is judged by the checked texts, weighted as they were drawn. The
    interval of the difference is that of Zou and Donner (2008), from those of the shares that only
    one of the two gets right.
    """
    if seen.known.sum() < LEAST:
        return None
    features = embedded(audit)
    spread = moments(features)
    ask, truth = seen.rows[seen.known], seen.truth[seen.known]
    level = audit.options.audit.confidence_level

    def right(labels: Ints) -> Bools:
        told = np.zeros(len(seen.rows), dtype=bool)
        told[seen.known] = _said(audit, features, spread, labels, ask) == truth
        return told

    def share(hit: Bools) -> tuple[float, float, float] | None:
        told = part(seen, seen.labelled, hit & seen.known, level)
        return None if told.share is None else (told.share, told.low or 0.0, told.high or 0.0)

    before = right(audit.labels.given[0])
    now, fixes = share(before), []
    for way, options in WAYS.items():
        labels = corrected(audit, state, signals, **options).labels
        after = right(numbered(labels, state.classes))
        then, won, lost = share(after), share(after & ~before), share(before & ~after)
        if then and won and lost:
            fixes.append(Fixed(way, then[0], *_difference(won, lost)))
    return Model(now[0], fixes) if now else None


def _difference(
    won: tuple[float, float, float], lost: tuple[float, float, float]
) -> tuple[float, float, float]:
    gain = won[0] - lost[0]
    down = np.hypot(won[0] - won[1], lost[2] - lost[0])
    up = np.hypot(won[2] - won[0], lost[0] - lost[1])
    return gain, float(gain - down), float(gain + up)


def _said(
    audit: Audit, features: Features, spread: tuple[Floats, Floats], labels: Ints, ask: Ints
) -> Ints:
    """Return the class that a model says of each id in ``ask``, having learned other ids."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    options = audit.options
    rows = audit.labels.rows
    learn = np.zeros(len(labels), dtype=bool)
    random = np.random.default_rng(options.seed)
    learn[random.permutation(rows)[: options.audit.learn_from]] = True
    learn[ask] = True
    learn &= labels != NONE
    mean, scale = spread
    said = np.full(len(ask), UNKNOWN)
    for places in parts_of(len(ask), options.audit.folds, options.seed):
        others = learn.copy()
        others[ask[places]] = False
        x, y = (features[others].numpy() - mean) / scale, labels[others]
        if 1 < len(np.unique(y)) < len(y):
            model = fit(LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRINKAGE), x, y)
            said[places] = model.predict((features[ask[places]].numpy() - mean) / scale)
        elif len(y):
            said[places] = np.bincount(y).argmax()
    return said
