"""The options of an audit: composed by Hydra, checked before anything is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from cartolearn.config.build import check_values
from cartolearn.config.compose import composed
from cartolearn.config.model_options import ModelOptions, model_options
from cartolearn.config.types import Count, Share

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


@dataclass(frozen=True, kw_only=True)
class Options(ModelOptions):
    """A project's checked options."""

    audit: Auditing


def compose_options(overrides: Sequence[str]) -> Options:
    """Compose ``conf/audit.yaml`` with Hydra overrides and check every value.

    Raises:
        InputError: A value is missing, of the wrong type or out of range.
        HydraException: An override names an option or a choice that is not there.
    """
    values, _ = composed("audit", overrides)
    auditing = Auditing(**check_values(Auditing, values["audit"], "audit"))
    return Options(**model_options(values, overrides), audit=auditing)
