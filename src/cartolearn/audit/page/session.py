"""What the checking page does, without the page: texts that were given out, answers, undo."""

import threading
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Protocol

import numpy as np

from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.state import State
from cartolearn.errors import InputError
from cartolearn.generators import derived_seed
from cartolearn.label.page.found import MOST, Shown, Wanted, shortened, with_words


@dataclass(frozen=True)
class Check:
    """A label to be checked; ``given`` is what the checker sees of it, if anything."""

    id: int
    given: str | None = None


class GivesOut(Protocol):
    """What is asked of an ``Auditor``, which may be in another process."""

    def give_out(self, by: str, count: int, shown: bool, again: bool) -> None:
        """Choose texts to check, and write them down."""


@dataclass
class CheckSession:
    """One person checking labels of one audit; every answer is on the disk before the next shows.

    Nothing tells why a text is there, and what a machine said of it shows only where it was drawn
    with the labels in sight.

    Attributes:
        audit: The audit.
        auditor: Chooses texts.
        by: Who checks.
        count: How many texts are drawn at a time.
        shown: Whether what is drawn from now on shows its label.
        again: Whether what others checked is given out, not what nobody did.
        takes_over: Whether what others were given and nobody answered waits here, too.
        state: The log as of the last answer.
        queue: Texts to come, the current one first.
        past: Ids whose answers can be undone, the last one last; those of before a restart, too.
        answered: How many were answered in this session.
        message: The last thing to tell the person.
        working: What goes on in the background, in words.
        version: Grows whenever something changes that the page shows.
        settles: Whether the review can settle texts over what people say.
        looked: Nothing: the review shows nothing that a machine said.
    """

    audit: Audit
    auditor: GivesOut
    by: str
    count: int
    shown: bool = False
    again: bool = False
    takes_over: bool = False
    state: State = field(init=False)
    queue: deque[Check] = field(default_factory=deque)
    past: list[int] = field(default_factory=list)
    answered: int = 0
    message: str = ""
    working: str = ""
    version: int = 0
    settles: bool = False
    looked: None = None
    _begun: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Take up what this person was given before, answered or not."""
        self._given = self.audit.labels.names(0)
        self.state = self.audit.state()
        self.past = [row for row, said in self.state.answers.items() if self.by in said]
        self.queue.extend(self._waiting())
        self._begun = bool(self.queue)

    @property
    def current(self) -> Check | None:
        """The text to check now."""
        return self.queue[0] if self.queue else None

    @property
    def classes(self) -> list[str]:
        """Names of the classes."""
        return self.state.classes

    @property
    def told(self) -> str:
        """Nothing: an audit has no guideline."""
        return ""

    @property
    def progress(self) -> tuple[str, float]:
        """How far the person got, in words and as a share of what was given out."""
        waiting = len(self.queue)
        checked = len(self.state.truth())
        words = f"{self.answered} answered now, {checked:,} checked in all, {waiting} waiting"
        return words, self.answered / max(1, self.answered + waiting)

    @property
    def nothing(self) -> str:
        """What to show where there is no text."""
        return "Choosing texts ..." if self.working else "All that was given out is checked."

    def text_of(self, check: Check) -> str:
        """Return a text."""
        return self.audit.texts[check.id]

    def why(self, check: Check) -> str:
        """Say which text it is, and its label where that is in sight; never why it was drawn."""
        seen = f". It was labelled {check.given}" if check.given is not None else ""
        return f"Text {check.id}{seen}"

    def right(self, row: int | None) -> None:
        """Say that the label in sight is right, if ``row`` is the current text and has one."""
        check = self.current
        if check is not None and check.id == row and check.given is not None:
            self.label(row, check.given)

    def label(self, row: int | None, name: str) -> None:
        """Give the class of the text ``row``, if it is the current one."""
        with self._lock:
            check = self.current
            if check is None or check.id != row:
                self.version += 1
                return
            self._write({row: name})
            self.queue.popleft()
            self.past = [known for known in self.past if known != row] + [check.id]
            self.answered += 1

    def skip(self, row: int | None) -> None:
        """Put the text ``row`` last, if it is the current one."""
        with self._lock:
            if self.current is not None and self.current.id == row:
                self.queue.rotate(-1)
            self.version += 1

    def undo(self) -> None:
        """Take the last answer back and show its text again."""
        with self._lock:
            if not self.past:
                return
            row = self.past.pop()
            self._write({row: None})
            self.queue.appendleft(self._check(row))
            self.answered = max(0, self.answered - 1)

    def due(self) -> bool:
        """Tell whether nothing was given out yet; later, the person says when to go on."""
        return not self._begun and not self.queue

    def start(self) -> None:
        """Choose more texts in the background, where nothing waits."""
        with self._lock:
            if self.working or self.queue:
                return
            self.working, self.message = "choosing texts", ""
            self.version += 1
        threading.Thread(target=self.work, daemon=True).start()

    def work(self) -> None:
        """Choose more texts."""
        self._begun = True
        try:
            self.auditor.give_out(self.by, self.count, self.shown, self.again)
            with self._lock:
                self.state = self.audit.state()
                waiting = {check.id for check in self.queue}
                self.queue.extend(c for c in self._waiting() if c.id not in waiting)
        except (InputError, FloatingPointError, ChildProcessError) as error:
            self.message = str(error)
        finally:
            self.working = ""
            self.version += 1

    @property
    def people(self) -> list[str]:
        """Everybody who checked anything."""
        return sorted({who for said in self.state.answers.values() for who in said})

    def reviewed(self, wanted: Wanted) -> Shown:
        """Return the checked texts that are wanted, the last one first."""
        self.state = self.audit.state()
        truth = self.state.truth()
        differing = set(self.state.disagreements())
        rows = [
            row
            for row, label in reversed(truth.items())
            if wanted.name in (None, label)
            and (wanted.by is None or wanted.by in self.state.answers[row])
            and (not wanted.differing or row in differing)
        ]
        rows = with_words(self.audit.texts, rows, wanted.words)
        shown = [self._row(row, truth[row], row in differing) for row in rows[:MOST]]
        return Shown(shown, len(rows), len(truth))

    def relabel(self, rows: Collection[int], name: str, *, settle: bool = False) -> None:
        """Give checked texts another class, as this person's answer."""
        del settle
        with self._lock:
            self._write(dict.fromkeys(rows, name))

    def _row(self, row: int, label: str, differs: bool) -> dict[str, Any]:
        said = self.state.answers[row]
        others = ", ".join(f"{who}: {name}" for who, name in said.items()) if len(said) > 1 else ""
        at = self.state.times.get(row, "")[:16].replace("T", " ")
        return {"id": row, "label": label, "by": list(said)[-1], "at": at,
                "note": "differ" if differs else "", "said": others,
                "text": shortened(self.audit.texts[row])}  # fmt: skip

    def _write(self, labels: dict[int, str | None]) -> None:
        """Record answers; each call can be taken back by itself, by ``audit undo`` too."""
        events = [
            {"event": "check", "id": row, "label": name, "source": "page"}
            for row, name in labels.items()
        ]
        with self.audit.writing():
            self.audit.write(events, self.by, turn=token_hex(6))
        self.state = self.audit.state()
        self.version += 1

    def _waiting(self) -> list[Check]:
        """Return what is open of what this person was given, in an order that tells nothing."""
        answers = self.state.answers
        mine = [drawn for drawn in self.state.draws if self.takes_over or drawn.by == self.by]
        ids: list[int] = []
        for drawn in mine:
            seed = derived_seed(self.audit.options.seed, "page", drawn.number)
            mixed = np.random.default_rng(seed).permutation(drawn.ids).tolist()
            ids += [row for row in mixed if not answers.get(row)]
        ids += [
            row for row in self.state.second.get(self.by, []) if self.by not in answers.get(row, {})
        ]
        return [self._check(row) for row in dict.fromkeys(ids)]

    def _check(self, row: int) -> Check:
        return Check(row, self._given[row] if row in self.state.in_sight else None)
