"""What the page does, without the page: a queue of texts, answers, and training behind them."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cartolearn.data.answers import LONGEST
from cartolearn.errors import InputError
from cartolearn.event_log import me
from cartolearn.label.choosing.askable import waiting_picks
from cartolearn.label.files.sheet import reason
from cartolearn.label.page.behind import Behind
from cartolearn.label.page.found import Shown, Wanted, people, reviewed
from cartolearn.label.page.later import Later
from cartolearn.label.page.results import Looked
from cartolearn.label.project.entries import Given, Pick
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State

log = logging.getLogger(__name__)


@dataclass
class Session:
    """One person labelling one project; every answer is on the disk before the next text shows.

    Attributes:
        behind: The project, its log, and what is computed for everybody.
        by: Who labels.
        queue: Texts to come, the current one first.
        past: Answers that can be undone, the last one last; those of before a restart, too.
        answered: How many were answered in this session.
        working: What goes on in the background, in words; empty if nothing does.
        message: The last thing to tell the person.
        asked: Id and label of the answer that the person was asked to give once more.
        settles: Whether the review can settle texts over what people say.
    """

    behind: Behind
    by: str = field(default_factory=me)
    queue: deque[Pick] = field(default_factory=deque)
    past: list[Pick] = field(default_factory=list)
    answered: int = 0
    working: str = ""
    message: str = ""
    settles: bool = True
    exhausted: bool = False
    asked: tuple[int, str | None] | None = None
    _changes: int = 0
    _texts: dict[int, str] = field(default_factory=dict)
    _since: float | None = None  # when the current text came, where one was answered before it

    def __post_init__(self) -> None:
        """Take up the texts that this person was given before, answered or not."""
        self.behind.catch_up()
        self.queue.extend(waiting_picks(self.state, self.by))
        given = {pick.id: pick for batch in self.state.batches for pick in batch}
        self._texts = self._taken([pick.id for pick in self.queue])
        answered = self.state.answered_by(self.by)
        self.past = [given.get(row, Pick(row, "page")) for row in answered]

    @property
    def project(self) -> Project:
        """The project."""
        return self.behind.project

    @property
    def state(self) -> State:
        """The log as far as it was read or written here."""
        return self.behind.state

    @property
    def version(self) -> int:
        """Grows whenever something changes that the page shows."""
        return self._changes + self.behind.version

    @property
    def current(self) -> Pick | None:
        """The text to label now."""
        return self.queue[0] if self.queue else None

    @property
    def classes(self) -> list[str]:
        """Names of the classes."""
        return self.state.classes

    @property
    def told(self) -> str:
        """What annotators are told."""
        return self.state.told

    @property
    def progress(self) -> tuple[str, float]:
        """How far the person got, in words and as a share of the batch."""
        batch = self.behind.setting.batch_size
        labelled = f"{len(self.state.labels):,} of {len(self.project.texts):,} labelled"
        words = f"{self.answered} answered now, {labelled}, {len(self.queue)} waiting"
        return words, (self.answered % batch) / batch

    @property
    def nothing(self) -> str:
        """What to show where there is no text."""
        return "No more texts come." if self.exhausted else "Choosing texts ..."

    def text_of(self, pick: Pick) -> str:
        """Return the text of a pick; those of the queue are at hand."""
        return self._texts.get(pick.id) or self.project.texts[pick.id]

    def why(self, pick: Pick) -> str:
        """Say which text it is, and why it was picked."""
        return f"Text {pick.id}: {reason(pick)}"

    def reviewed(self, wanted: Wanted) -> Shown:
        """Return what the review shows, as of now."""
        looked = self.behind.suspects.value
        with self.behind.lock:
            return reviewed(self.behind.catch_up(), self.project.texts, wanted, looked)

    @property
    def looked(self) -> Later[Looked]:
        """What models that did not learn the labels say of them."""
        return self.behind.suspects

    @property
    def people(self) -> list[str]:
        """Everybody who labelled anything."""
        with self.behind.lock:
            return people(self.state)

    def label(self, row: int | None, name: str) -> None:
        """Give the text ``row`` its label, if it is the current one.

        Where another person gave it another label meanwhile, ask first: the same label again
        overrules, a skip leaves the other's.
        """
        self._answer(row, label=name, source="page")

    def skip(self, row: int | None) -> None:
        """Pass the text ``row`` over, if it is the current one; it does not come again."""
        self._answer(row, event="skip")

    def undo(self) -> None:
        """Take the last answer back and show its text again."""
        with self.behind.lock:
            if not self.past:
                return
            pick = self.past.pop()
            back = {"event": pick.event, "id": pick.id, "label": None, "source": "page"}
            with self.project.writing():
                other = self._other(pick)
                self._write([] if other else [back])
            if other:
                self.message = f"{other.by} gave it the label {other.label!r} meanwhile; it stays."
            self.queue.appendleft(pick)
            self._since = None
            self.answered = max(0, self.answered - 1)

    def relabel(self, rows: Collection[int], name: str, *, settle: bool = False) -> None:
        """Give texts another label, or settle those on which people differ.

        Args:
            rows: Their ids.
            name: The class.
            settle: Whether it counts whatever anybody says of them, which is kept beside it.
        """
        kind = "settle" if settle else "label"
        events = [{"event": kind, "id": row, "label": name, "source": "review"} for row in rows]
        with self.behind.lock, self.project.writing():
            self._write(events)

    def due(self) -> bool:
        """Tell whether a batch is full, or the queue half empty: time to train."""
        return not self.working and not self.exhausted and (self._low() or self.behind.due)

    def _low(self) -> bool:
        """Tell whether the queue is half empty."""
        return len(self.queue) <= self.behind.setting.batch_size // 2

    def work(self, region: Collection[int] = ()) -> None:
        """Choose more texts, then measure and map; meant for a thread of its own.

        Args:
            region: Ids to choose among; they come after the
                current text, before what else waits.
        """
        with self.behind.lock:
            if self.working:
                return
            self._say("choosing texts")
        try:
            if region or self._low():
                self._refill(region)
            self._say("measuring")
            self.behind.measure()
        except (InputError, FloatingPointError, ChildProcessError) as error:
            self.message = str(error)
        finally:
            self._say("")

    def start(self, region: Collection[int] = ()) -> None:
        """Do ``work`` in the background."""
        target: Callable[..., None] = self.work
        threading.Thread(target=target, args=(region,), daemon=True).start()

    def say(self, message: str) -> None:
        """Tell the person something."""
        self.message = message
        self._changes += 1

    def inside(self, contains: Callable[[NDArray[np.float64]], NDArray[np.bool_]]) -> list[int]:
        """Return the ids of the pool whose (variability, confidence) [N, 2] ``contains`` holds."""
        if self.behind.drawn is None:
            return []
        pool = self.behind.drawn.pool
        points = np.stack([pool.variability, pool.confidence], axis=1)
        ids = pool.ids[contains(points)]
        return [row for row in ids.tolist() if row not in self.state.labels]

    def _answer(self, row: int | None, **said: str) -> None:
        """Record an answer; one for a text that another tab has answered already is dropped."""
        with self.behind.lock:
            pick = self.current
            if pick is None or pick.id != row:
                self._changes += 1
                return
            with self.project.writing():
                other = self._other(pick)
                asked = pick.id, said.get("label")
                if other and asked[1] not in (None, other.label) and self.asked != asked:
                    self._ask(asked, other)
                    return
                self._write([{"event": pick.event, "id": pick.id, **said, **self._took(said)}])
            if self.asked:
                self.asked, self.message = None, ""
            self.queue.popleft()
            self._since = time.monotonic() if self.queue else None
            self.past.append(pick)
            self.answered += 1

    def _took(self, said: Collection[str]) -> dict[str, float]:
        """Return the seconds since the last answer; nothing for a skip, or after a pause."""
        seconds = time.monotonic() - self._since if self._since is not None else LONGEST
        return {"seconds": round(seconds, 1)} if "label" in said and seconds < LONGEST else {}

    def _other(self, pick: Pick) -> Given | None:
        """Return the label that another person gave a text that had none when it was picked."""
        self.behind.catch_up()
        given = None if pick.asked_before else self.state.labels.get(pick.id)
        return given if given and given.by != self.by else None

    def _ask(self, asked: tuple[int, str | None], other: Given) -> None:
        self.asked = asked
        self.message = (
            f"{other.by} gave this text the label {other.label!r} meanwhile. Give {asked[1]!r} once"
            " more to overrule it, or skip to leave it."
        )
        self._changes += 1

    def _write(self, events: list[dict[str, object]]) -> None:
        """Record events and take them in; the log's lock is held."""
        self.project.write(events, self.by)
        self.behind.catch_up()
        self._changes += 1

    def _refill(self, region: Collection[int]) -> None:
        waiting = [pick.id for pick in self.queue]
        try:
            picks = self.behind.choose(self.by, region, waiting)
        except InputError as error:
            self.exhausted, self.message, picks = True, str(error), []
        texts = self._taken([*waiting, *(pick.id for pick in picks)])
        with self.behind.lock:
            self.behind.catch_up()
            fresh = [
                pick for pick in picks if pick.asked_before or pick.id not in self.state.labels
            ]
            current = [self.queue.popleft()] if region and self.queue else []
            waiting_still = [*self.queue] if region else []
            if region:
                self.queue.clear()
            self.queue.extend([*current, *fresh, *waiting_still])
            self._texts = texts

    def _taken(self, ids: list[int]) -> dict[int, str]:
        """Return texts, to have them at hand whatever a disk or a large file takes."""
        texts = self.project.texts.take(np.array(ids, dtype=np.int64))
        return dict(zip(ids, texts, strict=True))

    def _say(self, working: str) -> None:
        self.working = working
        self._changes += 1
