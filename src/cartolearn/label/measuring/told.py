"""What a model takes along about itself: how it was measured, and what it learned from."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from cartolearn.checksums import of_texts
from cartolearn.label.measuring.accuracy import ENOUGH, evaluate, measured_by, method_of
from cartolearn.label.model.chosen import Choice
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.state import State


def told_of(features: ProjectFeatures, state: State, choice: Choice) -> dict[str, Any]:
    """Return it as JSON; the accuracy is left out where there are too few labels to measure it."""
    project = features.project
    names = [given.label for given in state.labels.values()]
    learned = project.texts.take(state.ids)
    told: dict[str, Any] = {
        "chosen": choice.candidate.name,
        "reason": choice.reason,
        "labels": len(names),
        "labels_per_class": {name: names.count(name) for name in state.classes},
        "texts": len(project.texts),
        "trained": datetime.now(UTC).isoformat(timespec="seconds"),
        "data_sha256": of_texts([*learned, *names]),
        "candidates": [vars(score) for score in choice.scores],
    }
    if len(names) >= ENOUGH:
        told["accuracy"] = _accuracy(features, state, choice)
    return told


def _accuracy(features: ProjectFeatures, state: State, choice: Choice) -> dict[str, Any]:
    level = features.project.options.labelling.confidence_level
    seen = evaluate(features, state, np.array([len(state.labels)]), choice)
    if choice.candidate != choice.quick:
        seen = measured_by(choice, seen)
    low, high = seen.bounds(level)[0].tolist()
    return {
        "value": float(seen.accuracy[0]),
        "low": low,
        "high": high,
        "level": level,
        "texts": len(seen.ids),
        "method": method_of(seen),
    }
