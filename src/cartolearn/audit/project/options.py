"""The options of an audit: composed by Hydra, checked before anything is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from cartolearn.config.build import build, check_node, check_values
from cartolearn.config.compose import composed
from cartolearn.config.schema import Paths, Storage, TrainerSettings
from cartolearn.config.trainer import trainer_settings
from cartolearn.config.types import Count, Share, Size

Between = Annotated[float, Field(gt=0, lt=1)]


@dataclass(frozen=True)
class Auditing:
    """Batches, suspicion, and how ``status`` measures; see ``conf/audit.yaml``."""

    batch_size: Count
    finding_share: Share
    folds: Annotated[int, Field(ge=2)]
    neighbours: Count
    learn_from: Annotated[int, Field(ge=100)]
    confidence_level: Between
    limit: Between | None
    decision_error: Annotated[float, Field(gt=0, lt=0.5)]


@dataclass(frozen=True)
class Options:
    """A project's checked options; ``model`` stays a config node, built for every training."""

    seed: int
    paths: Paths
    features: Storage
    embedding: Any
    model: dict[str, Any]
    trainer: TrainerSettings
    audit: Auditing


@dataclass(frozen=True)
class _Top:
    seed: Size


def compose_options(overrides: Sequence[str]) -> Options:
    """Compose ``conf/audit.yaml`` with Hydra overrides and check every value.

    Raises:
        InputError: A value is missing, of the wrong type or out of range.
        HydraException: An override names an option or a choice that is not there.
    """
    values, _ = composed("audit", overrides)
    check_node(values["model"], "model")
    return Options(
        seed=_Top(**check_values(_Top, {"seed": values["seed"]}, "")).seed,
        paths=Paths(**check_values(Paths, values["paths"], "paths")),
        features=Storage(**check_values(Storage, values["features"], "features")),
        embedding=build(values["embedding"], "embedding"),
        model=values["model"],
        trainer=trainer_settings(values["trainer"]),
        audit=Auditing(**check_values(Auditing, values["audit"], "audit")),
    )
