"""The whole config of a run, checked before any data is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from omegaconf import DictConfig, MissingMandatoryValue, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from cartolearn.config.build import build, check_node, check_values, made
from cartolearn.config.near_miss import near_miss
from cartolearn.config.schema import LoopSettings, Paths, RunSettings, TrainerSettings
from cartolearn.config.trainer import trainer_settings
from cartolearn.config.words import absent
from cartolearn.errors import InputError

T = TypeVar("T")
GROUPS = ("dataset", "embedding", "model", "strategy", "loop", "trainer", "logger", "paths")


@dataclass(frozen=True)
class Plan:
    """A checked run: what the config said, as objects where they need nothing else.

    ``model`` stays a config node, since a model is built anew in every round.
    """

    config: dict[str, Any]
    settings: RunSettings
    paths: Paths
    dataset: Any
    embedding: Any
    model: dict[str, Any]
    strategy: Any
    loop: LoopSettings
    trainer: TrainerSettings
    loggers: dict[str, Any]


def check(config: DictConfig) -> Plan:
    """Check every option of a composed config.

    Raises:
        InputError: An option is unknown, missing, of the wrong type or out of range.
    """
    try:
        values: Any = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    except MissingMandatoryValue as error:
        key = error.full_key
        raise InputError(f"{key} has no value; give it as {key}=...") from error
    except OmegaConfBaseException as error:
        raise InputError(f"the config cannot be resolved: {error}") from error
    values.pop("usual", None)  # the groups have taken it
    top = {key: value for key, value in values.items() if key not in GROUPS}
    for key in top:
        if key not in RunSettings.__dataclass_fields__:
            known = [*GROUPS, *RunSettings.__dataclass_fields__]
            raise InputError(f"unknown option {key}{near_miss(key, known)}")
    if gone := [group for group in GROUPS if group not in values]:
        raise InputError(f"{gone[0]} was taken away: {absent(gone[0])}")
    settings = RunSettings(**check_values(RunSettings, top, ""))
    allowed = settings.allow_targets
    check_node(values["model"], "model", allowed)
    return Plan(
        config=values,
        settings=settings,
        paths=_settings(Paths, values, "paths"),
        dataset=build(values["dataset"], "dataset", allowed),
        embedding=build(values["embedding"], "embedding", allowed),
        model=values["model"],
        strategy=build(values["strategy"], "strategy", allowed),
        loop=_settings(LoopSettings, values, "loop"),
        trainer=trainer_settings(values["trainer"], allowed),
        loggers={
            name: build(node, f"logger.{name}", allowed)
            for name, node in (values["logger"] or {}).items()
        },
    )


def _settings(kind: type[T], values: Mapping[str, Any], group: str) -> T:
    made_of_them: T = made(kind, check_values(kind, values[group], group), group)
    return made_of_them
