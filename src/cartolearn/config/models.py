"""The models of a run, checked: the one that chooses, and the one that may be trained after it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cartolearn.config.build import build, check_node, check_values, named_class
from cartolearn.config.near_miss import near_miss
from cartolearn.config.schema import SuccessorSettings, TrainerSettings
from cartolearn.config.trainer import trainer_settings
from cartolearn.errors import InputError

PARTS = ("model", "trainer", "embedding")
METHODS = ("represent", "classify", "class_probabilities", "gold_labels")


@dataclass(frozen=True)
class ModelPlan:
    """A model, what it reads, and how it is trained.

    Attributes:
        node: The model's config, since it is built anew for every training.
        where: The node's place in the config, for messages.
        inputs: What it reads by itself; None where it reads the features of ``embedding``.
        embedding: None where the model reads something by itself.
        trainer: Epochs, batch size, further options.
    """

    node: dict[str, Any]
    where: str
    inputs: Any
    embedding: Any
    trainer: TrainerSettings


@dataclass(frozen=True)
class SuccessorPlan:
    """The successor model, and when it is trained."""

    model: ModelPlan
    settings: SuccessorSettings


def model_plan(
    values: Mapping[str, Any], allowed: Sequence[str], named: Sequence[str], prefix: str = ""
) -> ModelPlan:
    """Check the groups model, embedding and trainer, which stand in ``values``.

    Args:
        values: Plain containers, as a run keeps them.
        allowed: Packages besides this project whose classes may be named.
        named: The words of the command.
        prefix: The place of ``values`` in the config: ``""`` or ``successor.``.

    Raises:
        InputError: An option is unknown, of the wrong type or out of range, or an embedding is
            named for a model that reads the texts itself, or the model lacks a method.
    """
    where = f"{prefix}model"
    node = {key: value for key, value in values["model"].items() if key != "inputs"}
    inputs = values["model"].get("inputs")
    if inputs is not None:
        _refuse_unread(named, prefix)
    elif values["embedding"] is None:
        raise InputError(
            f"{where} reads the features of an embedding, and there is none:"
            f" add {f'embedding@{prefix}embedding' if prefix else 'embedding'}=NAME"
        )
    check_node(node, where, allowed)
    _refuse_no_model(named_class(node, where, allowed), where)
    return ModelPlan(
        node=node,
        where=where,
        inputs=build(inputs, f"{where}.inputs", allowed) if inputs else None,
        embedding=None if inputs else build(values["embedding"], f"{prefix}embedding", allowed),
        trainer=trainer_settings(values["trainer"], allowed, f"{prefix}trainer"),
    )


def successor_plan(
    values: Mapping[str, Any], allowed: Sequence[str], named: Sequence[str]
) -> SuccessorPlan | None:
    """Check the group successor, as a run keeps it; None where there is none.

    Raises:
        InputError: As ``model_plan``.
    """
    own = values.get("successor")
    if own is None:
        return None
    if not isinstance(own, Mapping) or not _is_whole(own):
        raise InputError(
            "options of successor are set, by a recipe perhaps, and no successor is chosen: take"
            " them out, or choose one with successor=NAME"
        )
    options = {key: value for key, value in own.items() if key not in PARTS}
    known = [*PARTS, *SuccessorSettings.__dataclass_fields__]
    for key in options:
        if key not in known:
            raise InputError(f"unknown option successor.{key}{near_miss(key, known, 'successor')}")
    return SuccessorPlan(
        model=model_plan(own, allowed, named, "successor."),
        settings=SuccessorSettings(**check_values(SuccessorSettings, options, "successor")),
    )


def refuse_lacking(kind: type[Any], method: str, asker: str) -> None:
    """Refuse a class without a method that somebody is going to call.

    Raises:
        InputError: It has no such method.
    """
    if not hasattr(kind, method):
        page = "strategies" if method == "select" else "models"
        raise InputError(
            f"{kind.__module__}.{kind.__qualname__} has no method {method}, which {asker} asks"
            f" for; docs/{page}.md shows what has all of them"
        )


def _refuse_no_model(kind: type[Any], where: str) -> None:
    from pytorch_lightning import LightningModule

    for method in METHODS:
        refuse_lacking(kind, method, "the loop")
    if not issubclass(kind, LightningModule):
        raise InputError(
            f"{where}._target_ names {kind.__module__}.{kind.__qualname__}, which Lightning cannot"
            " train: it is no LightningModule of pytorch_lightning"
        )


def _is_whole(successor: Mapping[str, Any]) -> bool:
    model = successor.get("model")
    return isinstance(model, Mapping) and "_target_" in model and "trainer" in successor


def _refuse_unread(words: Sequence[str], prefix: str) -> None:
    """Refuse an embedding that somebody named beside a model that does not read it."""
    place = rf"(embedding@)?{re.escape(prefix)}embedding" if prefix else "embedding"
    for word in words:
        if re.match(rf"[+~]{{0,2}}{place}[=.]", word):
            raise InputError(
                f"{word}: this model reads the texts itself; leave the embedding out, or take"
                f" {f'model@{prefix}model' if prefix else 'model'}=mlp"
            )
