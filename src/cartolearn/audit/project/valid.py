"""What an event of an audit's log must be like; a log may come from anybody."""

from collections.abc import Sequence
from functools import partial

from cartolearn.event_log import Event
from cartolearn.event_rules import Rule, answer, broken, ids, known, new_classes, undo


def _draw(event: Event, classes: Sequence[str], size: int) -> str:
    del classes
    variance = event.get("variance")
    if not isinstance(variance, int | float) or not variance >= 0:
        return f"{variance!r} is no variance"
    if not isinstance(event.get("sha256"), str) or not isinstance(event.get("shown"), bool):
        return "its strata have no checksum, or it does not say what was shown"
    for name in ("finding", "measuring"):
        if not isinstance(event.get(name), list):
            return f"its {name} ids are no list"
    return ids([*event["finding"], *event["measuring"]], size)


def _again(event: Event, classes: Sequence[str], size: int) -> str:
    del classes
    return ids(event["ids"], size) if isinstance(event.get("ids"), list) else "it has no ids"


def _bulk(event: Event, classes: Sequence[str], size: int) -> str:
    if unknown := known([event.get("given"), event.get("truth")], classes):
        return unknown
    if not isinstance(event.get("source"), str):
        return "its source is no text"
    return _again(event, classes, size)


RULES: dict[str, Rule] = {
    "check": answer, "classes": new_classes, "draw": _draw, "again": _again, "bulk": _bulk,
    "undo": undo,
}  # fmt: skip
problem_of = partial(broken, RULES)
