"""Values inside objects, named by the way to them: ``data_row.text``, ``messages.1.content``."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

MOST = 50
ABSENT = object()


def with_inner(found: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return an object with the inner values that are looked for, each under its whole name.

    A number is a place in a list, from 0; a list of one needs none. Without a number, a longer list
    gives a list of what its parts hold, unless one alone holds it.
    """
    inner = {name: _at(found, name.split(".")) for name in names if name not in found}
    known = {name: value for name, value in inner.items() if value is not ABSENT}
    return {**found, **known} if known else found


def names_in(values: Mapping[str, Any]) -> list[str]:
    """Return the names of an object's values, of those inside others the way to them."""
    return [name for name, _ in zip(_names("", values), range(MOST), strict=False)]


def _at(value: Any, way: list[str]) -> Any:
    for number, step in enumerate(way):
        if isinstance(value, list) and not step.isdecimal():
            parts = [_at(part, way[number:]) for part in value]
            found = [part for part in parts if part is not ABSENT]
            return found if len(found) > 1 else found[0] if found else ABSENT
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value


def _names(way: str, value: Any) -> Iterator[str]:
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        value = value[0] if len(value) == 1 else dict(enumerate(value))
    if not (isinstance(value, Mapping) and value):
        yield way
        return
    for name, inner in value.items():
        yield from _names(f"{way}.{name}" if way else str(name), inner)
