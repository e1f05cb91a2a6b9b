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
        last: The turn that ``undo`` would take back, with what it did; None if there is none.
    """

    classes: list[str]
    answers: dict[int, dict[str, str]] = field(default_factory=dict)
    draws: list[Drawn] = field(default_factory=list)
    handed_out: set[int] = field(default_factory=set)
    in_sight: set[int] = field(default_factory=set)
    second: dict[str, list[int]] = field(default_factory=dict)
    times: dict[int, str] = field(default_factory=dict)
    bulks: list[Bulk] = field(default_factory=list)
    last: tuple[str, str] | None = None

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


def replay(classes: Sequence[str], events: Iterable[Event]) -> State:
    """Add up a log; what was taken back does not count."""
    listed = list(events)
    undone = {event["of"] for event in listed if event["event"] == "undo"}
    state = State(list(classes))
    counts: dict[str, Counter[str]] = {}
    for event in listed:
        kind, turn = event["event"], event.get("turn", "")
        if kind in UNDONE and turn in undone:
            continue
        if kind in UNDONE and turn:
            counts.setdefault(turn, Counter())[kind] += 1
        _ADD.get(kind, _ignore)(state, event)
    for turn, done in counts.items():
        state.last = turn, ", ".join(f"{n} x {kind}" for kind, n in done.items())
    return state


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
