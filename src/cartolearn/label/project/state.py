"""What the log says, added up: the labels as they stand, the batches, who disagreed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cartolearn.event_log import Event, Tail
from cartolearn.label.project.random_order import random_order, sample_so_far


@dataclass(frozen=True)
class Given:
    """A label as it stands: its class, who gave it, when, and where it came from."""

    label: str
    by: str
    at: str
    source: str


@dataclass(frozen=True)
class Pick:
    """One text of a batch: why it was picked, and what the model of that time said.

    ``how`` is random, first (before there was a model), region (marked on the map), again (it has a
    label, and the answers are compared), or the name of the strategy. ``suggestion`` is the most
    likely class, ``rival`` the next.
    """

    id: int
    how: str
    suggestion: str | None = None
    probability: float | None = None
    rival: str | None = None
    rival_probability: float | None = None

    @property
    def again(self) -> bool:
        """Whether the text has a label, and is asked again."""
        return self.how == "again"

    @property
    def event(self) -> str:
        """The event that records an answer."""
        return "again" if self.again else "label"


@dataclass
class State:
    """A project's history, added up.

    Attributes:
        classes: Class names, in the order they were named.
        labels: The label that counts for each id, in the order in which they were given.
        answers: What each person last said of each id.
        times: When they did.
        repeats: For each id that was asked again, the label it had then and the answer.
        skipped: Ids skipped and not labelled since.
        batches: Picks of each batch.
        holders: For each id of a batch without an answer, who has it and since when.
        log_length: Number of events, which names this state.
        tail: How far the log was read.
    """

    classes: list[str]
    labels: dict[int, Given] = field(default_factory=dict)
    answers: dict[int, dict[str, str]] = field(default_factory=dict)
    times: dict[int, dict[str, str]] = field(default_factory=dict)
    repeats: dict[int, tuple[str, str]] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    batches: list[list[Pick]] = field(default_factory=list)
    holders: dict[int, tuple[str, str]] = field(default_factory=dict)
    log_length: int = 0
    tail: Tail = field(default_factory=Tail)

    def add(self, event: Event) -> None:
        """Take in the next event; unknown kinds are ignored."""
        self.log_length += 1
        match event["event"]:
            case "classes":
                self.classes += [name for name in event["names"] if name not in self.classes]
            case "label":
                self._label(event)
            case "again":
                self._again(event["id"], event["label"])
            case "skip":
                if event["id"] not in self.labels:
                    self.skipped.add(event["id"])
                self.holders.pop(event["id"], None)
            case "batch":
                self._batch(event)

    def _label(self, event: Event) -> None:
        row, label, by = event["id"], event["label"], event["by"]
        self.labels.pop(row, None)
        self.skipped.discard(row)
        if label is None:
            self.answers.get(row, {}).pop(by, None)
            return
        self.labels[row] = Given(label, by, event["at"], event.get("source", ""))
        self.answers.setdefault(row, {})[by] = label
        self.times.setdefault(row, {})[by] = event["at"]
        self.holders.pop(row, None)

    def _again(self, row: int, label: str | None) -> None:
        """Compare an answer with the label that stands; that label stays, whatever it is."""
        self.holders.pop(row, None)
        known = self.repeats.pop(row, None)
        if label is not None and (known or row in self.labels):
            self.repeats[row] = (known[0] if known else self.labels[row].label, label)

    def _batch(self, event: Event) -> None:
        picks = [Pick(**pick) for pick in event["picks"]]
        self.batches.append(picks)
        for pick in picks:
            self.holders[pick.id] = (event["by"], event["at"])

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

    def disagreements(self) -> list[int]:
        """Ids to which different people gave different labels."""
        return [row for row, said in self.answers.items() if len(set(said.values())) > 1]

    def changed_minds(self) -> list[int]:
        """Ids that got another answer when they were asked again."""
        return [row for row, (first, second) in self.repeats.items() if first != second]

    def random_ids(self, size: int, seed: int) -> NDArray[np.int64]:
        """Return the labelled ids, int64 [m], of the random sample of all ``size`` texts."""
        asked = {pick.id for batch in self.batches for pick in batch if pick.how == "random"}
        if not asked:
            return np.empty(0, dtype=np.int64)
        sample = sample_so_far(random_order(size, seed), asked)
        return sample[np.isin(sample, self.ids)]


def replay(classes: Sequence[str], events: Iterable[Event]) -> State:
    """Add up a whole log, starting with the classes that ``project.yaml`` names."""
    state = State(list(classes))
    for event in events:
        state.add(event)
    return state
