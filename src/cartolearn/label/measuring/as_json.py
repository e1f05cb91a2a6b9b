"""Everything that ``status`` says, as JSON for scripts; docs/labelling.md explains the keys."""

import json
import math
from dataclasses import asdict
from typing import Any

from cartolearn.label.measuring.status import Status


def status_as_json(status: Status, level: float) -> str:
    """Return it as one JSON object; what cannot be said is null."""
    choice = status.choice
    now = asdict(status.curve[-1]) if status.curve else None
    told = {
        "texts": status.texts,
        "labels": status.labels,
        "labels_per_class": status.counts,
        "skipped": status.skipped,
        "disagreements": status.disagreements,
        "changed_minds": status.changed_minds,
        "asked_again": status.reliability.asked,
        "wrong_share": status.reliability.wrong,
        "confidence_level": level,
        "accuracy": now,
        "accuracy_method": status.method or None,
        "measured_on": status.measured_on,
        "curve": [asdict(point) for point in status.curve],
        "forecasts": [asdict(ahead) for ahead in status.forecasts],
        "against_random": _against_random(status),
        "model": choice.candidate.name if choice else None,
        "model_reason": choice.reason if choice else None,
        "temperature": choice.temperature if choice else None,
        "candidates": [asdict(score) for score in choice.scores] if choice else [],
        "machines": [asdict(scores) for scores in status.machines],
        "by_class": [asdict(figures) for figures in status.by_class],
        "macro_f1": asdict(status.macro_f1) if status.macro_f1 else None,
        "confused": [asdict(pair) for pair in status.confused],
        "acceptable": [asdict(accepted) for accepted in status.acceptable],
        "costs": asdict(status.costs),
        "outlook": asdict(status.outlook),
        "advice": status.advice,
    }
    return json.dumps(_plain(told), indent=1, ensure_ascii=False, allow_nan=False)


def _against_random(status: Status) -> dict[str, Any] | None:
    found = status.comparison
    return None if found is None else asdict(found) | {"verdict": found.verdict}


def _plain(value: Any) -> Any:
    """Return a value without NaN and infinities, which JSON does not know."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
