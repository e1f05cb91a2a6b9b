"""Cartography Active Learning: choose which texts to label next from training dynamics.

The names below are the Python API; each is imported when it is first used.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "CAL": "cartolearn.strategies.cal",
    "DataMap": "cartolearn.cartography.data_map",
    "DataMapRecorder": "cartolearn.cartography.recorder",
    "Dataset": "cartolearn.data.dataset",
    "Entropy": "cartolearn.strategies.entropy",
    "Learner": "cartolearn.models.learner",
    "LeastConfidence": "cartolearn.strategies.least_confidence",
    "LoopSettings": "cartolearn.config.schema",
    "MLP": "cartolearn.models.mlp",
    "Random": "cartolearn.strategies.random",
    "RottenTomatoes": "cartolearn.data.rotten_tomatoes",
    "TrainerSettings": "cartolearn.config.schema",
    "WordLlama": "cartolearn.embeddings.wordllama",
    "active_learning": "cartolearn.loop.active_learning",
    "features_of": "cartolearn.embeddings.cache",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
