"""What the log says, added up: what was drawn, what was checked, and what was decided in bulk."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

Event = Mapping[str, Any]
UNDONE = ("check", "bulk", "classes")


@dataclass(frozen=True)
class Drawn:
    """What ``next`` gave out at one time.

    Attributes:
        number: From 0; its strata are in ``draws/NUMBER.npy``.
        finding: Ids taken for sure, since they were the most probably wrong.
        measuring: Ids drawn at random from the strata.
        sha256: Of the file of strata.
        variance: Of the number of wrong labels that it promised to measure.
        shown: Whether the checker saw the labels.
        by: Who was given them.
    """

    number: int
    finding: tuple[int, ...]
    measuring: tuple[int, ...]
    sha256: str
    variance: float
    shown: bool
    by: str = ""

    @property
    def ids(self) -> tuple[int, ...]:
        """All ids."""
        return (*self.finding, *self.measuring)


@dataclass(frozen=True)
class Bulk:
    """Rows that were given another label together, after a review, without a check of each."""

    source: str
    given: str
    truth: str
    ids: tuple[int, ...]
    by: str


@dataclass
class State:
    """An audit's history, added up.

    Attributes:
        classes: Class names; those that a checker added come last.
        answers: What each checker last said of each id, the latest last.
        draws: In their order.
        handed_out: Ids given out to be checked, answered or not.
        in_sight: Those of them that were drawn with their labels shown.
        second: Ids that each checker was given after others had checked them.
        times: When each id was checked last.
        bulks: What was relabelled together.
        turns: What was done and not taken back, by the turn by which ``undo`` knows it.
    """

    classes: list[str]
    answers: dict[int, dict[str, str]] = field(default_factory=dict)
    draws: list[Drawn] = field(default_factory=list)
    handed_out: set[int] = field(default_factory=set)
    in_sight: set[int] = field(default_factory=set)
    second: dict[str, list[int]] = field(default_factory=dict)
    times: dict[int, str] = field(default_factory=dict)
    bulks: list[Bulk] = field(default_factory=list)
    turns: dict[str, list[Event]] = field(default_factory=dict)

    def truth(self) -> dict[int, str]:
        """Return the class that counts for each checked id: that of most checkers, else the last.

        What a checker says is the truth about a label; the machine that gave it has no vote.
        """
        return {row: _agreed(list(said.values())) for row, said in self.answers.items() if said}

    def waiting(self) -> list[int]:
        """Return the ids that were given out and that nobody answered, ascending."""
        return sorted(row for row in self.handed_out if not self.answers.get(row))

    def agreement(self) -> tuple[int, int]:
        """Return in how many cases two checkers said the same of one text, and of how many."""
        pairs = [
            first == second
            for said in self.answers.values()
            for first, second in combinations(said.values(), 2)
        ]
        return sum(pairs), len(pairs)

    def disagreements(self) -> list[int]:
        """Return the ids of which checkers said different things, ascending."""
        return sorted(row for row, said in self.answers.items() if len(set(said.values())) > 1)

    def relabelled(self) -> set[int]:
        """Return the ids that were relabelled together."""
        return {row for bulk in self.bulks for row in bulk.ids}

    def last_turn(self, by: str | None) -> str:
        """Return the last turn, of anybody or of one person; "" if there is none."""
        turns = [turn for turn, done in self.turns.items() if by in (None, done[0]["by"])]
        return turns[-1] if turns else ""

    def used_class_of(self, turn: str) -> str:
        """Return a class that came with a turn and that checks of other turns name, or ""."""
        new = {name for event in self.turns[turn] for name in event.get("names", [])}
        others = (done for other, done in self.turns.items() if other != turn)
        named = (event.get("label") for done in others for event in done)
        return next((str(name) for name in named if name in new), "")


def replay(classes: Sequence[str], events: Iterable[Event]) -> State:
    """Add up a log; what was taken back does not count."""
    listed = list(events)
    undone = {event["of"] for event in listed if event["event"] == "undo"}
    state = State(list(classes))
    for event in listed:
        kind, turn = event["event"], event.get("turn", "")
        if kind in UNDONE and turn in undone:
            continue
        if kind in UNDONE and turn:
            state.turns.setdefault(turn, []).append(event)
        _ADD.get(kind, _ignore)(state, event)
    return state


def turn_in_words(done: Sequence[Event]) -> str:
    """Say what a turn did, and who did it."""
    told = []
    for event in done:
        if event["event"] == "classes":
            told.append(f"the new class(es) {', '.join(event['names'])}")
        elif event["event"] == "bulk":
            told.append(f"{len(event['ids']):,} labels {event['given']} made {event['truth']}")
    checks = sum(event["event"] == "check" for event in done)
    told += [f"{checks:,} check(s)"] if checks else []
    return f"{', '.join(told)}, by {done[0]['by']}"


def _agreed(said: list[str]) -> str:
    votes = Counter(said)
    most = max(votes.values())
    return next(label for label in reversed(said) if votes[label] == most)


def _ignore(state: State, event: Event) -> None:
    del state, event


def _classes(state: State, event: Event) -> None:
    state.classes += [name for name in event["names"] if name not in state.classes]


def _check(state: State, event: Event) -> None:
    said = state.answers.setdefault(event["id"], {})
    said.pop(event["by"], None)
    state.times[event["id"]] = event["at"]
    if event["label"] is not None:
        said[event["by"]] = event["label"]


def _draw(state: State, event: Event) -> None:
    ids = {*event["finding"], *event["measuring"]}
    state.handed_out |= ids
    state.in_sight |= ids if event["shown"] else set()
    state.draws.append(
        Drawn(
            len(state.draws), tuple(event["finding"]), tuple(event["measuring"]), event["sha256"],
            float(event["variance"]), bool(event["shown"]), event["by"],
        )
    )  # fmt: skip


def _again(state: State, event: Event) -> None:
    state.second.setdefault(event["by"], []).extend(event["ids"])


def _bulk(state: State, event: Event) -> None:
    state.bulks.append(
        Bulk(event["source"], event["given"], event["truth"], tuple(event["ids"]), event["by"])
    )


_ADD = {"classes": _classes, "check": _check, "draw": _draw, "again": _again, "bulk": _bulk}
