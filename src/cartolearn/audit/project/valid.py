"""What an event of an audit's log must be like; a log may come from anybody."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Problem = Callable[[Mapping[str, Any], Sequence[str], int], str]


def problem_of(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    """Say why an event cannot be taken in; "" if it can, or is of a kind that is not known.

    Args:
        event: An object with the key ``event``.
        classes: Names of the classes so far.
        size: Number of texts; ids go from 0 to one below.
    """
    kind = event["event"]
    check = KINDS.get(kind) if isinstance(kind, str) else None
    if check is None:
        return ""
    if not (isinstance(event.get("by"), str) and isinstance(event.get("at"), str)):
        return "it does not say who and when"
    if not isinstance(event.get("turn", ""), str):
        return "its turn is no text"
    return check(event, classes, size)


def _check(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    label = event.get("label")
    if label is not None and (not isinstance(label, str) or label not in classes):
        return f"no class is called {label!r}"
    return _ids([event.get("id")], size)


def _classes(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del classes, size
    names = event.get("names")
    fine = isinstance(names, list) and all(isinstance(name, str) and name for name in names)
    return "" if fine else "its classes are no names"


def _draw(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del classes
    variance = event.get("variance")
    if not isinstance(variance, int | float) or not variance >= 0:
        return f"{variance!r} is no variance"
    if not isinstance(event.get("sha256"), str) or not isinstance(event.get("shown"), bool):
        return "its strata have no checksum, or it does not say what was shown"
    for name in ("finding", "measuring"):
        if not isinstance(event.get(name), list):
            return f"its {name} ids are no list"
    return _ids([*event["finding"], *event["measuring"]], size)


def _again(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del classes
    return _ids(event["ids"], size) if isinstance(event.get("ids"), list) else "it has no ids"


def _bulk(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    for name in ("given", "truth"):
        if event.get(name) not in classes:
            return f"no class is called {event.get(name)!r}"
    if not isinstance(event.get("source"), str):
        return "its source is no text"
    return _again(event, classes, size)


def _undo(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del classes, size
    return "" if isinstance(event.get("of"), str) else "it does not say what it takes back"


def _ids(ids: Sequence[object], size: int) -> str:
    for row in ids:
        if not isinstance(row, int) or isinstance(row, bool) or not 0 <= row < size:
            return f"no text has the id {row!r}"
    return ""


KINDS: dict[str, Problem] = {
    "check": _check, "classes": _classes, "draw": _draw, "again": _again, "bulk": _bulk,
    "undo": _undo,
}  # fmt: skip
