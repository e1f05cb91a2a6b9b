"""What events of every log must be like; a log may come from anybody.

A rule says why an event cannot be taken in, and "" if it can. It is given the event, the names of
the classes so far and the number of texts, whose ids go from 0 to one below.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cartolearn.event_log import Event

Rule = Callable[[Event, Sequence[str], int], str]


def broken(rules: Mapping[str, Rule], event: Event, classes: Sequence[str], size: int) -> str:
    """Say why an event cannot be taken in; "" if it can, or is of a kind that has no rule."""
    kind = event["event"]
    rule = rules.get(kind) if isinstance(kind, str) else None
    if rule is None:
        return ""
    if not (isinstance(event.get("by"), str) and isinstance(event.get("at"), str)):
        return "it does not say who and when"
    if not isinstance(event.get("turn", ""), str):
        return "its turn is no text"
    return rule(event, classes, size)


def ids(rows: Sequence[object], size: int) -> str:
    """Say which of some ids is none."""
    for row in rows:
        if type(row) is not int or not 0 <= row < size:
            return f"no text has the id {row!r}"
    return ""


def known(names: Sequence[object], classes: Sequence[str]) -> str:
    """Say which of some names is no class."""
    unknown = [name for name in names if name not in classes]
    return f"no class is called {unknown[0]!r}" if unknown else ""


def answer(event: Event, classes: Sequence[str], size: int) -> str:
    """Say what is wrong with somebody's answer to a text; no label takes an answer back."""
    label: Any = event.get("label")
    unnamed = "" if label is None or label in classes else known([label], classes)
    return unnamed or ids([event.get("id")], size)


def new_classes(event: Event, classes: Sequence[str], size: int) -> str:
    """Say what is wrong with the names of further classes."""
    del classes, size
    names = event.get("names")
    fine = isinstance(names, list) and all(isinstance(name, str) and name for name in names)
    return "" if fine else "its classes are no names"


def undo(event: Event, classes: Sequence[str], size: int) -> str:
    """Say what is wrong with an event that takes others back."""
    del classes, size
    return "" if isinstance(event.get("of"), str) else "it does not say what it takes back"
