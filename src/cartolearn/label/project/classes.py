"""The classes of a project over time: added, renamed, merged, removed, and any of it undone.

A class is a number that it keeps for ever; an answer holds that number and not a name. So what was
answered before a class was renamed, merged or removed is what it was once that is undone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = ("classes", "rename", "merge", "remove")
Step = tuple[str, str, Any]


@dataclass
class Classes:
    """Names of the classes as they are now, and what became of those that there were.

    Attributes:
        steps: What was done, oldest first: its turn, its kind, and the numbers and names it is of.
        names: Name of each class that there is, by number, in their order.
        became: For each class that is gone, the one it was merged into, or None.
        count: How many there ever were.
    """

    steps: list[Step] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    became: dict[int, int | None] = field(default_factory=dict)
    count: int = 0

    @classmethod
    def after(cls, steps: Sequence[Step], count: int) -> "Classes":
        """Return the classes that some steps leave, after ``count`` there ever were."""
        return cls(list(steps), *_after(steps), count)

    @classmethod
    def of(cls, names: Sequence[str]) -> "Classes":
        """Return the classes that a project begins with."""
        made = cls()
        made.add({"event": "classes", "names": list(names)})
        return made

    def number(self, name: str) -> int:
        """Return the number of the class that has this name now."""
        return next(number for number, known in self.names.items() if known == name)

    def name(self, number: int) -> str | None:
        """Return what a class is called now, or what it was merged into; None if it is gone."""
        while number in self.became:
            into = self.became[number]
            if into is None:
                return None
            number = into
        return self.names.get(number)

    def today(self, name: str) -> str | None:
        """Return what a class that has or had a name is called now; None if it is gone."""
        if name in self.names.values():
            return name
        had: dict[str, int] = {}
        for _, kind, what in self.steps:
            if kind == "classes":
                had |= {given: number for number, given in what}
            elif kind == "rename":
                had[what[1]] = what[0]
        return self.name(had[name]) if name in had else None

    def add(self, event: Mapping[str, Any]) -> None:
        """Take in one of ``KINDS``, whose names fit."""
        turn, kind = event.get("turn", ""), event["event"]
        match kind:
            case "classes":
                new = [n for n in dict.fromkeys(event["names"]) if n not in self.names.values()]
                what: Any = [(self.count + place, name) for place, name in enumerate(new)]
                self.count += len(new)
            case "rename":
                what = self.number(event["old"]), event["new"]
            case "merge":
                what = [self.number(name) for name in event["names"]], self.number(event["into"])
            case _:
                what = self.number(event["name"])
        self.steps.append((turn, kind, what))
        self.names, self.became = _after(self.steps)

    def undo(self, turn: str) -> bool:
        """Take a turn back, unless two classes would then have one name; return whether it was."""
        steps = [step for step in self.steps if step[0] != turn]
        names, became = _after(steps)
        if len(set(names.values())) < len(names):
            return False
        self.steps, self.names, self.became = steps, names, became
        return True

    def added_by(self, turn: str) -> set[int]:
        """Return the numbers of the classes that a turn added."""
        return {
            number
            for done, kind, what in self.steps
            if done == turn and kind == "classes"
            for number, _ in what
        }


def _after(steps: Sequence[Step]) -> tuple[dict[int, str], dict[int, int | None]]:
    names: dict[int, str] = {}
    became: dict[int, int | None] = {}
    for _, kind, what in steps:
        if kind == "classes":
            names |= dict(what)
        elif kind == "rename":
            if what[0] in names:
                names[what[0]] = what[1]
        else:
            gone, into = what if kind == "merge" else ([what], None)
            for number in gone:
                if names.pop(number, None) is not None:
                    became[number] = into
    return names, became
