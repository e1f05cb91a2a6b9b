"""Whether to go on: what the next 100 labels would bring, by what the last 100 changed.

A gain of half a point cannot be measured with some hundred labels: where two models disagree on a
tenth of the texts, it takes a thousand labels inside that tenth. But how far they disagree is seen
without a label, and the model says how sure it is of its changes. On texts set aside from the
strategy, the *believed gain* of 100 labels is the mean of p(what it says now) less p(what it said
100 labels ago), by the calibrated probabilities of now; 0 where both are the same. Half of it is
what the next 100 will bring, or less (docs/labelling_measured.md): curves flatten, and a model
believes in its own changes. The rule was written down on three data sets and judged on five others.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from cartolearn.label.model.chosen import Choice
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.random_order import set_aside
from cartolearn.label.project.state import State
from cartolearn.text_models.calibration import softmax

AHEAD, STEP, LOOKS = 100, 50, 3
DISCOUNT = 0.4
QUANTILE = 1.645  # standard errors: 95 % on one side
LEAST_LABELS, LEAST_RANDOM = 200, 20

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outlook:
    """What the next 100 labels would bring, and what follows.

    Attributes:
        verdict: stop, go on, or not enough evidence yet.
        more: How many labels the rest is about.
        gain: Of accuracy, expected; None where it cannot be said.
        low: Lower bound of it: 95 of 100 are above, as far as the texts set aside tell.
        high: Upper bound of it.
        disagreement: Share of the texts set aside on which the models of now and of 100 labels ago
            differ; their accuracies cannot differ by more.
        label: How many labels more it takes until there is evidence; 0 where there is.
        at_random: Whether these must be random ones.
    """

    verdict: str
    more: int = AHEAD
    gain: float | None = None
    low: float | None = None
    high: float | None = None
    disagreement: float | None = None
    label: int = 0
    at_random: bool = False


def believed(now: Floats, before: Floats) -> Floats:
    """Return what a model believes to have gained on each text, float64 [R].

    Args:
        now: Calibrated probabilities, float64 [R, C].
        before: Those of the model before.
    """
    rows = np.arange(len(now))
    return now[rows, now.argmax(axis=1)] - now[rows, before.argmax(axis=1)]


def outlook(gains: Floats, disagreement: float, worth: float) -> Outlook:
    """Decide from the believed gain of 100 labels on each text set aside, float64 [R].

    One text more is thought beside them, on which the model believes to have gained one half: where
    few were set aside, none that changed may be chance.
    """
    known = np.append(gains, 0.5)
    middle = DISCOUNT * float(known.mean())
    error = DISCOUNT * float(known.std(ddof=1)) / np.sqrt(len(known))
    low, high = max(middle - QUANTILE * error, 0.0), middle + QUANTILE * error
    verdict = "stop" if high < worth else "go on" if low > worth else "not enough evidence yet"
    label = STEP if verdict == "not enough evidence yet" else 0
    return Outlook(verdict, AHEAD, middle, low, high, disagreement, label)


def look_ahead(features: ProjectFeatures, state: State, choice: Choice) -> Outlook:
    """Compare the model of now with that of 100 labels ago, and both with 50 and 100 labels less.

    Three comparisons, as many as there are labels for; each is of models that are deterministic.
    """
    size, labels = len(features.rows), len(state.ids)
    at_random = state.random_ids(size, features.project.settings.random_order)
    missing = LEAST_RANDOM - len(at_random)
    if labels < LEAST_LABELS:
        return Outlook("not enough evidence yet", label=LEAST_LABELS - labels)
    if missing > 0:
        return Outlook("not enough evidence yet", label=missing, at_random=True)
    aside = np.setdiff1d(set_aside(size, features.project.settings.random_order), state.ids)
    if not len(aside):
        return Outlook("not enough evidence yet", label=size - labels)
    texts = choice.labelled(features, state, aside)
    ask = np.arange(labels, labels + len(aside))
    p = {
        back: softmax(
            texts.logits(choice.quick, np.arange(labels - back), ask), choice.quick_temperature
        )
        for back in range(0, labels - AHEAD + 1, STEP)[: LOOKS + AHEAD // STEP]
    }
    pairs = [(p[back], p[back + AHEAD]) for back in p if back + AHEAD in p]
    gains = np.mean([believed(*pair) for pair in pairs], axis=0)
    changed = float(np.mean(pairs[0][0].argmax(axis=1) != pairs[0][1].argmax(axis=1)))
    return outlook(gains, changed, features.project.options.labelling.min_gain)


def advice(found: Outlook, worth: float, left: float = inf) -> str:
    """Say whether to go on, in a sentence.

    Args:
        found: What more labels would bring.
        worth: The least gain that is worth it.
        left: How many texts there are without a label.
    """
    if not left:
        return "Every text has a label or was skipped: no label more can be had from this file."
    if found.label > left:
        return (
            f"Not enough evidence yet to say whether to stop: it takes {found.label:,} more labels,"
            f" and {left:,} texts are left; label all of these, this file can't answer it."
        )
    if found.gain is None or found.low is None or found.high is None:
        kind = "of the random texts" if found.at_random else "more texts"
        return f"Not enough evidence yet to say whether to stop: label {found.label} {kind}."
    gain = f"{100 * found.gain:.1f} points ({100 * found.low:.1f} to {100 * found.high:.1f})"
    limit = f"{100 * worth:g}"
    if found.verdict == "stop":
        return f"Stop: the next {found.more} labels would add {gain}, less than {limit}."
    if found.verdict == "go on":
        return f"Go on: the next {found.more} labels would add about {gain}."
    return (
        f"Not enough evidence yet to say whether to stop: the next {found.more} labels would add"
        f" {gain}, and {limit} lies between; label {found.label} more texts."
    )
