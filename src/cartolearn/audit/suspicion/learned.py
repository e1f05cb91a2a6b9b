"""How probably each label is wrong: an opinion beforehand, bent by what the checks say.

The logit of p(wrong) is ``0.7 (score - 2.75)`` before anything was checked, the scores being the
log odds of the suggested class against the given one, over all four models, in an order that heeds
lopsided pairs or, where these tell nothing, p(label) (see ``signals``). That was about right for
random errors, for errors by pairs and for a weak model's mistakes alike. Checks correct it by a
logistic regression on the single signals, and by one number for each pair (given, suggested) that
was checked, all drawn towards 0 (ridge), so that a few checks change little and many decide.
"""

import numpy as np
from numpy.typing import NDArray

from cartolearn.audit.suspicion.signals import Signals

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AT_ZERO = 2.75  # the score at which a label is as likely right as wrong
SLOPE = 0.7  # the models are too sure of themselves
SPREAD, PAIR_SPREAD = 1.0, 1.5  # prior standard deviations of the corrections
MOST_PAIRS = 200
STEPS = 30


def beforehand(signals: Signals) -> Floats:
    """Return p(wrong) of every row, float64 [N], before any was checked."""
    return _sigmoid(_logit(signals))


def probably_wrong(signals: Signals, checked: Ints, wrong: NDArray[np.bool_]) -> Floats:
    """Return p(wrong) of every row, float64 [N].

    Args:
        signals: Of all N rows.
        checked: int64 [n], places of the rows that were checked.
        wrong: bool [n], what came out.
    """
    if not len(checked):
        return beforehand(signals)
    before = _logit(signals)
    inputs = signals.standardised()
    pairs, column = _checked_pairs(signals.pair, checked)
    known = _design(inputs[checked], column[checked], len(pairs))
    strength = np.r_[
        1.0, np.full(inputs.shape[1], SPREAD**-2), np.full(len(pairs), PAIR_SPREAD**-2)
    ]
    weights = _fitted(known, before[checked], wrong.astype(np.float64), strength)
    d = inputs.shape[1] + 1
    bent = before + weights[0] + inputs @ weights[1:d]
    of_pair = np.r_[weights[d:], 0.0]
    return _sigmoid(bent + of_pair[column])


def probably_suggested(signals: Signals, given: Ints, checked: Ints, truth: Ints) -> Floats:
    """Return how probably each row is truly of the suggested class, float64 [N].

    p(wrong), times how often the suggestion was right among the checked rows that were wrong:
    (right + 1) / (wrong + 2).

    Args:
        signals: Of all N rows.
        given: int64 [N], their labels.
        checked: int64 [n], places of the rows that were checked.
        truth: int64 [n], what they truly are.
    """
    wrong = truth != given[checked]
    right = wrong & (truth == signals.suggested[checked])
    likely = (right.sum() + 1) / (wrong.sum() + 2)
    return probably_wrong(signals, checked, wrong) * float(likely)


def _checked_pairs(pair: Ints, checked: Ints) -> tuple[Ints, Ints]:
    """Return the pairs most often checked, and for each row the number of its own; last: none."""
    names, counts = np.unique(pair[checked], return_counts=True)
    pairs = np.sort(names[np.argsort(-counts, kind="stable")[:MOST_PAIRS]])
    place = np.minimum(np.searchsorted(pairs, pair), len(pairs) - 1)
    return pairs, np.where(pairs[place] == pair, place, len(pairs))


def _design(inputs: NDArray[np.float32], column: Ints, pairs: int) -> Floats:
    one_hot = np.zeros((len(inputs), pairs + 1))
    one_hot[np.arange(len(inputs)), column] = 1
    return np.hstack([np.ones((len(inputs), 1)), inputs, one_hot[:, :pairs]])


def _fitted(X: Floats, offset: Floats, y: Floats, strength: Floats) -> Floats:
    """Return the weights of a logistic regression with an offset and a ridge, by Newton's steps."""
    weights = np.zeros(X.shape[1])
    for _ in range(STEPS):
        p = _sigmoid(offset + X @ weights)
        gradient = X.T @ (y - p) - strength * weights
        curvature = (X * (p * (1 - p))[:, None]).T @ X + np.diag(strength)
        step = np.linalg.solve(curvature, gradient)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def _logit(signals: Signals) -> Floats:
    return SLOPE * (signals.score - AT_ZERO)


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -500, 500))))
