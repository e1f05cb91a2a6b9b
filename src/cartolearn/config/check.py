"""The whole config of a run, checked before any data is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from omegaconf import DictConfig, MissingMandatoryValue, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from cartolearn.config.build import build, check_values, made, named_class
from cartolearn.config.differences import as_kept
from cartolearn.config.models import (
    ModelPlan,
    SuccessorPlan,
    model_plan,
    refuse_lacking,
    successor_plan,
)
from cartolearn.config.near_miss import near_miss
from cartolearn.config.schema import LoopSettings, Paths, RunSettings, Storage
from cartolearn.config.words import absent
from cartolearn.errors import InputError

T = TypeVar("T")
GROUPS = ("dataset", "embedding", "model", "strategy", "loop", "trainer", "logger", "paths")


@dataclass(frozen=True)
class Plan:
    """A checked run: what the config said, as objects where they need nothing else.

    ``acquisition`` is the model whose predictions the strategy looks at; ``successor`` is trained
    on what was chosen by it, where there is one.
    """

    config: dict[str, Any]
    settings: RunSettings
    paths: Paths
    features: Storage
    dataset: Any
    acquisition: ModelPlan
    successor: SuccessorPlan | None
    strategy: Any
    loop: LoopSettings
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
    groups = (*GROUPS, "successor", "features")  # which older configs do not have
    top = {key: value for key, value in values.items() if key not in groups}
    for key in top:
        if key not in RunSettings.__dataclass_fields__:
            known = [*groups, *RunSettings.__dataclass_fields__]
            raise InputError(f"unknown option {key}{near_miss(key, known)}")
    if gone := [group for group in GROUPS if group not in values]:
        raise InputError(f"{gone[0]} was taken away: {absent(gone[0])}")
    settings = RunSettings(**check_values(RunSettings, top, ""))
    allowed = settings.allow_targets
    acquisition = model_plan(values, allowed, named)
    successor = successor_plan(values, allowed, named)
    loop = _loop(values)
    refuse_lacking(named_class(values["strategy"], "strategy", allowed), "select", "the loop")
    strategy = build(values["strategy"], "strategy", allowed)
    model = named_class(acquisition.node, "model", allowed)
    if "dropout" in strategy.all_needs:
        refuse_lacking(model, "dropout_passes", type(strategy).__name__)
    if loop.keep_weights and not hasattr(model, "continue_from"):
        raise InputError(
            "loop.keep_weights=true: this model cannot go on from another's weights;"
            " take model=mlp, or leave it false"
        )
    return Plan(
        config=values,
        settings=settings,
        paths=_settings(Paths, values, "paths"),
        features=_settings(Storage, {"features": {}, **values}, "features"),
        dataset=build(values["dataset"], "dataset", allowed),
        acquisition=acquisition,
        successor=successor,
        strategy=strategy,
        loop=loop,
        loggers={
            name: build(node, f"logger.{name}", allowed)
            for name, node in (values["logger"] or {}).items()
        },
    )


def _loop(values: Mapping[str, Any]) -> LoopSettings:
    loop = _settings(LoopSettings, values, "loop")
    if not isinstance(loop.query_size, int) and len(loop.query_size) > loop.rounds:
        raise InputError(
            f"loop.query_size names {len(loop.query_size)} batches, and loop.rounds={loop.rounds};"
            " make them agree"
        )
    sizes = (loop.query_size,) if isinstance(loop.query_size, int) else loop.query_size
    if loop.candidates is not None and loop.candidates < max(sizes):
        raise InputError(
            f"loop.candidates={loop.candidates} are fewer than the {max(sizes)} of a batch"
            " (loop.query_size), which is chosen among them"
        )
    return loop


def _settings(kind: type[T], values: Mapping[str, Any], group: str) -> T:
    made_of_them: T = made(kind, check_values(kind, values[group], group), group)
    return made_of_them
