"""From a config node to the object it names, with every value checked against its annotation."""

import inspect
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from cartolearn.config.near_miss import near_miss
from cartolearn.config.somebodys import place_in, told
from cartolearn.config.types import ONE, SEVERAL
from cartolearn.errors import InputError

PROJECT = "cartolearn."
TAGS = {ONE, SEVERAL}  # pydantic's places in a choice of types


def build(node: Mapping[str, Any], where: str, allowed: Sequence[str] = (), **runtime: Any) -> Any:
    """Return the object that ``node["_target_"]`` names, built from the node's checked values.

    Args:
        node: Plain containers; nested nodes with a ``_target_`` are built first.
        where: The node's place in the config, for messages, e.g. ``strategy``.
        allowed: Packages and modules besides this project whose classes may be named.
        runtime: Values that no config holds, e.g. the number of features; its constructor is given
            those that it names.

    Raises:
        InputError: An unknown option, a value of the wrong type or range, or a target that is not
            part of this project.
    """
    return made(
        named_class(node, where, allowed), check_node(node, where, allowed), where, **runtime
    )


def made(target: Any, values: Mapping[str, Any], where: str, **runtime: Any) -> Any:
    """Return ``target`` called with checked values, and with those of ``runtime`` that it names.

    Raises:
        InputError: A value that ``target`` needs is not there.
    """
    parameters = inspect.signature(target).parameters
    runtime = {name: value for name, value in runtime.items() if name in parameters}
    for name, parameter in parameters.items():
        known = parameter.default is not parameter.empty or name in values or name in runtime
        if not known and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            raise InputError(f"{where}.{name} has no value; give it as {where}.{name}=...")
    return target(**values, **runtime)


def check_node(node: Mapping[str, Any], where: str, allowed: Sequence[str] = ()) -> dict[str, Any]:
    """Return the node's values, converted to the types its target declares."""
    target = named_class(node, where, allowed)
    values = {key: value for key, value in node.items() if key != "_target_"}
    built = {key: _built(value, f"{where}.{key}", allowed) for key, value in values.items()}
    return check_values(target, built, where)


def _built(value: Any, where: str, allowed: Sequence[str]) -> Any:
    """Build the nodes in a value, however deep in mappings they lie."""
    if not isinstance(value, Mapping):
        return value
    if "_target_" in value:
        return build(value, where, allowed)
    return {key: _built(inner, f"{where}.{key}", allowed) for key, inner in value.items()}


def check_values(target: Any, values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return ``values`` converted to the types that ``target``'s constructor declares."""
    hints = typing.get_type_hints(target.__init__, include_extras=True)
    hints.pop("return", None)
    prefix = f"{where}." if where else ""
    checked = {}
    for key, value in values.items():
        if key not in hints:
            raise InputError(f"unknown option {prefix}{key}{near_miss(key, hints, where)}")
        checked[key] = _convert(hints[key], value, f"{prefix}{key}")
    return checked


def named_class(node: Mapping[str, Any], where: str, allowed: Sequence[str] = ()) -> Any:
    """Return the class that ``node["_target_"]`` names.

    Raises:
        InputError: There is none, or it may not be named.
    """
    path = str(node.get("_target_", ""))
    module, _, name = path.rpartition(".")
    packages = (PROJECT, *(f"{package.removesuffix('.')}." for package in allowed))
    if not path.startswith(packages):
        raise InputError(
            f"{where}._target_ is {path or 'missing'!r}: only classes of this project"
            f" ({PROJECT}...) may be named there, and of packages in allow_targets=[...]"
        )
    try:
        found = getattr(import_module(module), name)
    except Exception as error:  # a module of somebody's own may raise anything
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if isinstance(error, AttributeError) or (
            missing and f"{module}.".startswith(f"{missing}.")
        ):
            raise InputError(
                f"{where}._target_ names {path}, which is not there: {error}"
            ) from error
        at = place_in(error, allowed) or module
        raise InputError(
            f"{where}._target_ names {path}, and {at} cannot be imported: {told(error)}"
        ) from error
    if not inspect.isclass(found) or not f"{found.__module__}.".startswith(packages):
        raise InputError(f"{where}._target_ names {path}, which is not a class of this project")
    return found


def _convert(hint: Any, value: Any, where: str) -> Any:
    if inspect.isclass(hint) and isinstance(value, hint) and not isinstance(value, bool | int):
        return value
    try:
        return _adapter(hint).validate_python(value)
    except ValidationError as error:
        if value is None:
            raise InputError(f"{where} has no value; give it as {where}=...") from error
        problem = error.errors()[0]
        if problem["type"] == "tuple_type" and isinstance(value, str):
            raise InputError(f"{where}={value} is no list: give {where}=[{value}]") from error
        place = ".".join([where, *(str(part) for part in problem["loc"] if part not in TAGS)])
        raise InputError(f"{place}={problem['input']}: {problem['msg']}") from error


@cache
def _adapter(hint: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True))
    except Exception:  # noqa: BLE001  (a dataclass brings its own config and takes none)
        return TypeAdapter(hint)
