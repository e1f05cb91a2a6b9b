"""What an event of the log must be like; a log may come from anybody."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Problem = Callable[[Mapping[str, Any], Sequence[str], int], str]
PICK = {"id", "how", "suggestion", "probability", "rival", "rival_probability"}


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


def _label(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    label = event.get("label")
    if label is not None and (not isinstance(label, str) or label not in classes):
        return f"no class is called {label!r}"
    if not isinstance(event.get("source", ""), str):
        return "its source is no text"
    return _id(event, size)


def _skip(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del classes
    return _id(event, size)


def _classes(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del classes, size
    names = event.get("names")
    fine = isinstance(names, list) and all(isinstance(name, str) and name for name in names)
    return "" if fine else "its classes are no names"


def _rename(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del size
    new = event.get("new")
    if not isinstance(new, str) or not new or new in classes:
        return f"{new!r} is no new name"
    return _known([event.get("old")], classes)


def _merge(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del size
    names, into = event.get("names"), event.get("into")
    if not isinstance(names, list) or not names or into in names:
        return "it does not say which classes become which"
    return _known([*names, into], classes)


def _remove(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del size
    return _known([event.get("name")], classes)


def _guideline(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del classes, size
    return "" if isinstance(event.get("text"), str) else "what it tells annotators is no text"


def _describe(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    return _known([event.get("label")], classes) or _guideline(event, classes, size)


def _undo(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    del classes, size
    return "" if isinstance(event.get("of"), str) else "it does not say what it takes back"


def _known(names: Sequence[object], classes: Sequence[str]) -> str:
    unknown = [name for name in names if name not in classes]
    return f"no class is called {unknown[0]!r}" if unknown else ""


def _batch(event: Mapping[str, Any], classes: Sequence[str], size: int) -> str:
    picks = event.get("picks")
    if not isinstance(picks, list):
        return "its picks are no list"
    problems = (_pick(pick, classes, size) for pick in picks)
    return next(filter(None, problems), "")


def _pick(pick: object, classes: Sequence[str], size: int) -> str:
    if not isinstance(pick, dict) or not set(pick) <= PICK or not isinstance(pick.get("how"), str):
        return "a pick is no pick"
    for name in ("suggestion", "rival"):
        if pick.get(name) is not None and pick[name] not in classes:
            return f"no class is called {pick[name]!r}"
    for name in ("probability", "rival_probability"):
        value = pick.get(name, 0)
        if value is not None and not (isinstance(value, int | float) and 0 <= value <= 1):
            return f"{value!r} is no probability"
    return _id(pick, size)


def _id(event: Mapping[str, Any], size: int) -> str:
    row = event.get("id")
    known = isinstance(row, int) and not isinstance(row, bool) and 0 <= row < size
    return "" if known else f"no text has the id {row!r}"


KINDS: dict[str, Problem] = {
    "label": _label, "again": _label, "settle": _label, "skip": _skip, "batch": _batch,
    "classes": _classes, "rename": _rename, "merge": _merge, "remove": _remove, "undo": _undo,
    "guideline": _guideline, "describe": _describe,
}  # fmt: skip
