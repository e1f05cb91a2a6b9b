"""The whole config of a run, checked before any data is read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from omegaconf import DictConfig, MissingMandatoryValue, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from cartolearn.config.build import build, check_node, check_values, made
from cartolearn.config.differences import as_kept
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

    ``model`` stays a config node, since a model is built anew in every round. ``inputs`` is what it
    reads by itself; None where it reads the features of the embedding, which is None otherwise.
    """

    config: dict[str, Any]
    settings: RunSettings
    paths: Paths
    dataset: Any
    embedding: Any
    inputs: Any
    model: dict[str, Any]
    strategy: Any
    loop: LoopSettings
    trainer: TrainerSettings
    loggers: dict[str, Any]


def check(config: DictConfig, named: Sequence[str] = ()) -> Plan:
    """Check every option of a composed config; ``named`` are the words of the command.

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
    values = as_kept(values)
    top = {key: value for key, value in values.items() if key not in GROUPS}
    for key in top:
        if key not in RunSettings.__dataclass_fields__:
            known = [*GROUPS, *RunSettings.__dataclass_fields__]
            raise InputError(f"unknown option {key}{near_miss(key, known)}")
    if gone := [group for group in GROUPS if group not in values]:
        raise InputError(f"{gone[0]} was taken away: {absent(gone[0])}")
    settings = RunSettings(**check_values(RunSettings, top, ""))
    allowed = settings.allow_targets
    model = {key: value for key, value in values["model"].items() if key != "inputs"}
    inputs = values["model"].get("inputs")
    if inputs is not None:
        refuse_unread(named)
    check_node(model, "model", allowed)
    return Plan(
        config=values,
        settings=settings,
        paths=_settings(Paths, values, "paths"),
        dataset=build(values["dataset"], "dataset", allowed),
        embedding=None if inputs else build(values["embedding"], "embedding", allowed),
        inputs=build(inputs, "model.inputs", allowed) if inputs else None,
        model=model,
        strategy=build(values["strategy"], "strategy", allowed),
        loop=_settings(LoopSettings, values, "loop"),
        trainer=trainer_settings(values["trainer"], allowed),
        loggers={
            name: build(node, f"logger.{name}", allowed)
            for name, node in (values["logger"] or {}).items()
        },
    )


def refuse_unread(words: Sequence[str]) -> None:
    """Refuse an embedding that somebody named beside a model that does not read it.

    Raises:
        InputError: Saying which word to leave out.
    """
    for word in words:
        if re.match(r"[+~]{0,2}embedding[=.@]", word):
            raise InputError(
                f"{word}: this model reads the texts itself; leave the embedding out, or take"
                " model=mlp"
            )


def _settings(kind: type[T], values: Mapping[str, Any], group: str) -> T:
    made_of_them: T = made(kind, check_values(kind, values[group], group), group)
    return made_of_them
