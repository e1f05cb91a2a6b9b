"""What is kept of the entries of a log."""

from dataclasses import dataclass
from typing import Any

from cartolearn.event_log import Event

OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Given:
    """A label as it stands: its class, who gave it, when, and where it came from."""

    label: str
    by: str
    at: str
    source: str


@dataclass(frozen=True, slots=True)
class Pick:
    """One text of a batch: why it was picked, and what the model of that time said.

    ``how`` is random, first (before there was a model), region (marked on the map), again (it has a
    label, and the answers are compared), overlap (others were given it, too), search (it was looked
    for), or the name of the strategy. ``suggestion`` is the most
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
    def asked_before(self) -> bool:
        """Whether the text may have a label when it is picked, of which its reader is not told."""
        return self.how in ("again", OVERLAP)

    @property
    def event(self) -> str:
        """The event that records an answer."""
        return "again" if self.again else "label"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of an event, so that all can be added up anew: of a million, little each.

    Attributes:
        kind: Its kind.
        by: Who did it.
        at: When.
        turn: What it is undone by, if it can be.
        row: The id that it is of; -1 for none.
        number: Of the class that it names; None for none.
        source: Where an answer came from.
        seconds: How long it took, if that is known.
        what: The picks of a batch, or a text.
    """

    kind: str
    by: str
    at: str
    turn: str
    row: int
    number: int | None
    source: str
    seconds: float | None
    what: Any

    @classmethod
    def of(cls, event: Event, number: int | None) -> "Kept":
        """Return what is kept of an event that names the class of this number."""
        what = event.get("text")
        if event["event"] == "batch":
            what = [Pick(**pick) for pick in event["picks"]]
        return cls(
            kind=event["event"],
            by=event.get("by", ""),
            at=event.get("at", ""),
            turn=event.get("turn", ""),
            row=event.get("id", -1),
            number=number,
            source=event.get("source", ""),
            seconds=event.get("seconds"),
            what=what,
        )
