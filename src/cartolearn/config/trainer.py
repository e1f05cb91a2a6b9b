"""The group ``trainer``: our options, and any other of Lightning's Trainer beside them."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any

from cartolearn.config.build import build, check_node, check_values, made
from cartolearn.config.near_miss import near_miss
from cartolearn.config.schema import TrainerSettings
from cartolearn.config.types import Count, NonNegative, Positive
from cartolearn.errors import InputError
from cartolearn.quiet import errors_alone


@dataclass
class Bounded:
    """What Lightning takes unchecked, and cannot train or trains the wrong way with."""

    gradient_clip_val: NonNegative
    accumulate_grad_batches: Count
    limit_train_batches: Positive


TARGET = "pytorch_lightning.Trainer"
BOUNDED = frozenset(Bounded.__dataclass_fields__)
LOUD = ("pytorch_lightning", "lightning_fabric", "lightning.pytorch")
PLUGGED = ("pytorch_lightning.callbacks", "pytorch_lightning.loggers")


def trainer_settings(
    node: Mapping[str, Any], allowed: Sequence[str] = (), where: str = "trainer"
) -> TrainerSettings:
    """Check a trainer's options.

    Raises:
        InputError: An option is unknown, of the wrong type, or Lightning refuses it.
    """
    values = dict(node)
    if (target := values.pop("_target_", TARGET)) != TARGET:
        raise InputError(f"{where}._target_ is {target!r}; the trainer is always {TARGET}")
    names = [name for name in TrainerSettings.__dataclass_fields__ if name != "options"]
    own = {name: values.pop(name) for name in names if name in values}
    options = {name: value for name, value in values.items() if value not in (None, {}, [])}
    checked = check_values(TrainerSettings, own, where)
    lightning = _lightning(options, names, allowed, where)
    settings: TrainerSettings = made(TrainerSettings, checked | {"options": lightning}, where)
    return settings


def built(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options for one training, with callbacks and loggers of its own."""
    return {
        name: [make() for make in value] if name in ("callbacks", "logger") else value
        for name, value in options.items()
    }


def _lightning(
    options: dict[str, Any], ours: Sequence[str], allowed: Sequence[str], where: str
) -> dict[str, Any]:
    if not options:
        return {}
    import inspect

    from pytorch_lightning import Trainer
    from pytorch_lightning.strategies import SingleDeviceStrategy

    known = [name for name in inspect.signature(Trainer).parameters if name != "devices"]
    for name in options:
        if name not in known:
            near = next((own for own in ours if get_close_matches(name, [own])), "")
            meant = near_miss(name, [near] if near else [*ours, *known], where)
            raise InputError(f"unknown option {where}.{name}{meant}")
    check_values(Bounded, {key: options[key] for key in BOUNDED & options.keys()}, where)
    for name in {"callbacks", "logger"} & options.keys():
        options[name] = _makers(options[name], f"{where}.{name}", (*allowed, *PLUGGED))
    try:
        with quiet():
            trainer = Trainer(
                devices=1, **{"logger": False, "enable_checkpointing": False, **built(options)}
            )
    except Exception as error:  # Lightning raises its own kinds, and ValueError and TypeError
        raise InputError(f"{where}: Lightning refuses these options: {error}") from error
    if not isinstance(trainer.strategy, SingleDeviceStrategy):
        raise InputError(
            f"{where}: a training of a run is on one device, and these options spread it"
            f" ({type(trainer.strategy).__name__}); leave strategy and num_nodes out"
        )
    return options


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Lightning's advice on data loaders and devices, which are ours, from the log."""
    with errors_alone(*LOUD), warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="(pytorch_lightning|lightning_fabric)")
        warnings.filterwarnings("ignore", message=".*`srun` command is available")
        yield


def _makers(nodes: Any, where: str, allowed: Sequence[str]) -> list[Any]:
    """Return a function for each node, given as a list or by names; alone it may stand too."""
    if isinstance(nodes, Mapping):
        nodes = [nodes] if "_target_" in nodes else list(nodes.values())
    if not isinstance(nodes, list) or not all(isinstance(node, Mapping) for node in nodes):
        raise InputError(f"{where} names classes: {where}.mine._target_=my_package.MyClass")
    for node in nodes:
        check_node(node, where, allowed)
    return [partial(build, node, where, allowed) for node in nodes]
