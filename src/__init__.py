"""Cartography Active Learning: choose which texts to label next from training dynamics.

The names below are the Python API; each is imported when it is first used.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "CAL": "src.strategies.cal",
    "DataMap": "src.cartography.data_map",
    "DataMapRecorder": "src.cartography.recorder",
    "Dataset": "src.data.dataset",
    "Entropy": "src.strategies.entropy",
    "Learner": "src.loop.learner",
    "LeastConfidence": "src.strategies.least_confidence",
    "LoopSettings": "src.config.schema",
    "MLP": "src.models.mlp",
    "Random": "src.strategies.random",
    "RottenTomatoes": "src.data.rotten_tomatoes",
    "TrainerSettings": "src.config.schema",
    "WordLlama": "src.embeddings.wordllama",
    "active_learning": "src.loop.active_learning",
    "features_of": "src.embeddings.cache",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
