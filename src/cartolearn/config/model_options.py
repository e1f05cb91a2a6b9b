"""The options that labelling projects and audits have in common: what trains on which features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cartolearn.config.build import build, check_node, check_values
from cartolearn.config.schema import Paths, Storage, TrainerSettings
from cartolearn.config.trainer import trainer_settings
from cartolearn.config.types import Size


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """Checked options; ``model`` stays a config node, built for every training."""

    seed: int
    paths: Paths
    features: Storage
    embedding: Any
    model: dict[str, Any]
    trainer: TrainerSettings


@dataclass(frozen=True)
class _Top:
    seed: Size


def model_options(values: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Return the checked value of each field of ``ModelOptions``.

    To check a model's options its class is imported, and Lightning with it, which takes longer
    than many a command: a model that nobody named an option of is not checked.

    Args:
        values: The composed config.
        overrides: What it was composed with.

    Raises:
        InputError: A value is missing, of the wrong type or out of range.
    """
    if any(word.lstrip("+~").startswith("model") for word in overrides):
        check_node(values["model"], "model")
    return {
        "seed": _Top(**check_values(_Top, {"seed": values["seed"]}, "")).seed,
        "paths": Paths(**check_values(Paths, values["paths"], "paths")),
        "features": Storage(**check_values(Storage, values["features"], "features")),
        "embedding": build(values["embedding"], "embedding"),
        "model": values["model"],
        "trainer": trainer_settings(values["trainer"]),
    }
