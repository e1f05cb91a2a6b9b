"""What an event of the log must be like; a log may come from anybody."""

from collections.abc import Sequence
from functools import partial

from cartolearn.event_log import Event
from cartolearn.event_rules import Rule, answer, broken, ids, known, new_classes, undo

PICK = {"id", "how", "suggestion", "probability", "rival", "rival_probability"}
A_DAY = 86_400


def _label(event: Event, classes: Sequence[str], size: int) -> str:
    if not isinstance(event.get("source", ""), str):
        return "its source is no text"
    seconds = event.get("seconds", 0)
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not (number and 0 <= seconds <= A_DAY):
        return "the seconds it took are no number, or more than a day"
    return answer(event, classes, size)


def _skip(event: Event, classes: Sequence[str], size: int) -> str:
    del classes
    return ids([event.get("id")], size)


def _rename(event: Event, classes: Sequence[str], size: int) -> str:
    del size
    new = event.get("new")
    if not isinstance(new, str) or not new or new in classes:
        return f"{new!r} is no new name"
    return known([event.get("old")], classes)


def _merge(event: Event, classes: Sequence[str], size: int) -> str:
    del size
    names, into = event.get("names"), event.get("into")
    if not isinstance(names, list) or not names or into in names:
        return "it does not say which classes become which"
    return known([*names, into], classes)


def _remove(event: Event, classes: Sequence[str], size: int) -> str:
    del size
    return known([event.get("name")], classes)


def _guideline(event: Event, classes: Sequence[str], size: int) -> str:
    del classes, size
    return "" if isinstance(event.get("text"), str) else "what it tells annotators is no text"


def _describe(event: Event, classes: Sequence[str], size: int) -> str:
    return known([event.get("label")], classes) or _guideline(event, classes, size)


def _batch(event: Event, classes: Sequence[str], size: int) -> str:
    picks = event.get("picks")
    if not isinstance(picks, list):
        return "its picks are no list"
    problems = (_pick(pick, classes, size) for pick in picks)
    return next(filter(None, problems), "")


def _pick(pick: object, classes: Sequence[str], size: int) -> str:
    if not isinstance(pick, dict) or not set(pick) <= PICK or not isinstance(pick.get("how"), str):
        return "a pick is no pick"
    named = [pick[name] for name in ("suggestion", "rival") if pick.get(name) is not None]
    if unknown := known(named, classes):
        return unknown
    for name in ("probability", "rival_probability"):
        value = pick.get(name, 0)
        if value is not None and not (isinstance(value, int | float) and 0 <= value <= 1):
            return f"{value!r} is no probability"
    return ids([pick.get("id")], size)


RULES: dict[str, Rule] = {
    "label": _label, "again": _label, "settle": _label, "skip": _skip, "batch": _batch,
    "classes": new_classes, "rename": _rename, "merge": _merge, "remove": _remove, "undo": undo,
    "guideline": _guideline, "describe": _describe,
}  # fmt: skip
problem_of = partial(broken, RULES)
