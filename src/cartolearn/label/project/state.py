"""What the log says, added up: the labels as they stand, the batches, who disagreed."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.event_log import Event, Tail
from cartolearn.label.project.classes import KINDS as CLASS_EVENTS
from cartolearn.label.project.classes import Classes
from cartolearn.label.project.entries import OVERLAP, Given, Kept
from cartolearn.label.project.random_order import random_order, sample_so_far
from cartolearn.label.project.stored import Stored, StoredBatches, StoredList

UNDONE = ("label", "again", "settle", "skip", "guideline", "describe")
EVENTS = (*UNDONE, "batch")
KEPT = ("classes", "log_length", "tail")  # whatever is undone


@dataclass
class State:
    """A project's history, added up.

    Attributes:
        classes: Names of the classes, in the order they were named.
        labels: The label that counts for each id, in the order in which they were given.
        answers: What each person last said of each id; not to be changed from outside.
        times: For each person, when they did.
        settled: What was settled for each id on which people differed; it counts.
        repeats: For each id that was asked again, the label it had then and the answer.
        seconds: How long the last answer to each id took, where that is known.
        skipped: Ids skipped and not labelled since.
        batches: Picks of each batch.
        holders: For each id of a batch without an answer, who has it and since when.
        asked: Who was given each id of a batch.
        shared: Ids that were given to several people on purpose.
        guideline: What annotators are told.
        descriptions: What each class means, where somebody said so.
        log_length: Number of events, which names this state.
        tail: How far the log was read.
    """

    classes: list[str]
    labels: dict[int, Given] | Stored[Given] = field(default_factory=dict)
    answers: MutableMapping[int, dict[str, str]] = field(default_factory=dict)
    times: dict[str, MutableMapping[int, str]] = field(default_factory=dict)
    settled: dict[int, Given] = field(default_factory=dict)
    repeats: dict[int, tuple[str, str]] = field(default_factory=dict)
    seconds: MutableMapping[int, float] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    batches: StoredBatches = field(default_factory=StoredBatches)
    holders: dict[int, dict[str, str]] = field(default_factory=dict)
    asked: MutableMapping[int, frozenset[str]] = field(default_factory=dict)
    shared: set[int] = field(default_factory=set)
    guideline: str = ""
    descriptions: dict[str, str] = field(default_factory=dict)
    log_length: int = 0
    tail: Tail = field(default_factory=Tail)

    def __post_init__(self) -> None:
        """Give each class its number."""
        self.known = Classes.of(self.classes)
        self.events: list[Kept] | StoredList[Kept] = []
        self._stale = False  # whether all events are to be added up anew
        self._shared: dict[Any, Any] = {}  # equal answers of many texts, held once

    def note(self, event: Event) -> None:
        """Take in one of several events; unknown kinds are ignored.

        ``settle`` has to come after the last. Between them only ``classes`` is sure to be as of
        now: however many events take others back, all is added up anew once.
        """
        self.log_length += 1
        kind = event["event"]
        if kind == "undo":
            self._undo(event["of"])
        elif kind in CLASS_EVENTS:
            self.known.add(event)
            self.classes[:] = self.known.names.values()
            self.events.append(Kept.of(event, None))
            self._stale |= kind != "classes"
        elif kind in EVENTS:
            label = event.get("label")
            kept = Kept.of(event, None if label is None else self.known.number(label))
            self.events.append(kept)
            if not self._stale:
                self._take(kept, label)

    def settle(self) -> None:
        """Add up all events anew, where some of those that were noted ask for it."""
        if self._stale:
            self._replay()
            self._stale = False

    @property
    def turns(self) -> dict[str, list[tuple[str, str]]]:
        """What ``undo`` can take back, the last last: people and kinds of events of each turn."""
        found: dict[str, list[tuple[str, str]]] = {}
        for one in self.events:
            if one.turn and one.kind != "batch":
                found.setdefault(one.turn, []).append((one.by, one.kind))
        return found

    def answered_by(self, by: str) -> list[int]:
        """Return the ids that a person answered or skipped on the page, the last one last.

        What was taken back since is not among them.
        """
        ids: dict[int, None] = {}
        for one in self.events:
            if one.by != by or one.kind not in ("label", "again", "skip"):
                continue
            on_page = one.kind == "skip" or one.source == "page"
            ids.pop(one.row, None)
            if on_page and (one.kind == "skip" or one.number is not None):
                ids[one.row] = None
        return list(ids)

    def can_undo(self, turn: str) -> str:
        """Say why a turn cannot be taken back; "" if it can."""
        known = turn and any(one.turn == turn and one.kind != "batch" for one in self.events)
        if not known:
            return "there is nothing to take back"
        new = self.known.added_by(turn)
        used = [one.number for one in self.events if one.number in new and one.kind != "describe"]
        if used:
            name = None if used[0] is None else self.known.name(used[0])
            return f"the class {name!r} has labels; remove or merge it"
        if not replace(self.known).undo(turn):
            return "another class has the name now that one would get back; rename it first"
        return ""

    def _undo(self, turn: str) -> None:
        if self.can_undo(turn):
            return
        self.known.undo(turn)
        self.classes[:] = self.known.names.values()
        self.events = [one for one in self.events if one.turn != turn]
        self._stale = True

    def _replay(self) -> None:
        """Add up all events anew, with the classes as they are now."""
        fresh = State(self.classes)
        for part in fields(self):
            if part.name not in KEPT:
                setattr(self, part.name, getattr(fresh, part.name))
        for one in self.events:
            gone = one.kind == "describe" and one.number in self.known.became
            self._take(one, None if one.number is None or gone else self.known.name(one.number))

    def _take(self, one: Kept, label: str | None) -> None:
        match one.kind:
            case "label":
                self._label(one, label)
            case "again":
                self._again(one, label)
            case "settle":
                self._settle(one, label)
            case "skip":
                if one.row not in self.labels:
                    self.skipped.add(one.row)
                self._answered(one)
            case "batch":
                self._batch(one)
            case "guideline":
                self.guideline = one.what
            case "describe" if label is not None:
                self.descriptions[label] = one.what

    def _label(self, one: Kept, label: str | None) -> None:
        """Take in an answer; where several were asked, the first stands until it is settled."""
        row, by = one.row, one.by
        self.skipped.discard(row)
        self._say(row, by, label)
        if label is not None:
            self.times.setdefault(by, {})[row] = one.at
            if one.seconds is not None:
                self.seconds[row] = one.seconds
            self._answered(one)
        known = self.labels.get(row)
        if row in self.settled or (row in self.shared and known and known.by != by):
            return
        self.labels.pop(row, None)
        if label is not None:
            self.labels[row] = Given(label, by, one.at, one.source)
        elif row in self.shared:
            self._fall_back(row)

    def _say(self, row: int, by: str, label: str | None) -> None:
        """Note what a person says of a text; None takes it back."""
        said = {**self.answers.get(row, {})}
        if label is None:
            said.pop(by, None)
        else:
            said[by] = label
        if said or row in self.answers:
            self.answers[row] = self._shared.setdefault(tuple(said.items()), said)

    def _settle(self, one: Kept, label: str | None) -> None:
        row = one.row
        self.settled.pop(row, None)
        self.labels.pop(row, None)
        if label is None:
            self._fall_back(row)
        else:
            given = Given(label, one.by, one.at, one.source)
            self.settled[row] = self.labels[row] = given

    def _fall_back(self, row: int) -> None:
        """Let the first of the answers that are left count."""
        for by, label in self.answers.get(row, {}).items():
            self.labels[row] = Given(label, by, self.times[by][row], "")
            return

    def _again(self, one: Kept, label: str | None) -> None:
        """Compare an answer with the label that stands; that label stays, whatever it is."""
        row = one.row
        self._answered(one)
        known = self.repeats.pop(row, None)
        if label is not None and (known or row in self.labels):
            self.repeats[row] = (known[0] if known else self.labels[row].label, label)

    def _answered(self, one: Kept) -> None:
        """Free a text of who held it; one that several were given only of who answered."""
        row = one.row
        if row in self.shared:
            self.holders.get(row, {}).pop(one.by, None)
        if row not in self.shared or not self.holders.get(row):
            self.holders.pop(row, None)

    def _batch(self, one: Kept) -> None:
        self.batches.append(one.what)
        for pick in one.what:
            if pick.how == OVERLAP:
                self.shared.add(pick.id)
            if pick.id not in self.shared:
                self.holders.pop(pick.id, None)
            self.holders.setdefault(pick.id, {})[one.by] = one.at
            people = self.asked.get(pick.id, frozenset()) | {one.by}
            self.asked[pick.id] = self._shared.setdefault(people, people)

    @property
    def ids(self) -> NDArray[np.int64]:
        """Ids of the labelled texts, int64 [L], in the order in which they were labelled."""
        return np.fromiter(self.labels, dtype=np.int64, count=len(self.labels))

    @property
    def targets(self) -> NDArray[np.int64]:
        """Their labels, int64 [L], as indices into ``classes``."""
        index = {name: number for number, name in enumerate(self.classes)}
        numbers = (index[given.label] for given in self.labels.values())
        return np.fromiter(numbers, dtype=np.int64, count=len(self.labels))

    def name_today(self, name: str) -> str | None:
        """Return what a class that has or had a name is called now; None if it is gone."""
        return self.known.today(name)

    @property
    def told(self) -> str:
        """What annotators are told: the guideline, then what the classes mean."""
        means = [
            f"{name}: {self.descriptions[name]}"
            for name in self.classes
            if self.descriptions.get(name)
        ]
        return "\n\n".join(filter(None, [self.guideline, "\n".join(means)]))

    def disagreements(self) -> list[int]:
        """Return ids to which different people gave different labels, and that were not settled."""
        return [
            row
            for row, said in self.answers.items()
            if len(set(said.values())) > 1 and row not in self.settled
        ]

    def changed_minds(self) -> list[int]:
        """Return ids that got another answer when they were asked again."""
        return [row for row, (first, second) in self.repeats.items() if first != second]

    def random_ids(self, size: int, seed: int) -> NDArray[np.int64]:
        """Return the labelled ids, int64 [m], of the random sample of all ``size`` texts."""
        asked = set(self.batches.picked("random"))
        if not asked:
            return np.empty(0, dtype=np.int64)
        sample = sample_so_far(random_order(size, seed), asked)
        return sample[np.isin(sample, self.ids)]
