"""What is computed behind the page, once for everybody who labels there."""

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from cartolearn.account import Report
from cartolearn.data.kept_texts import give_back
from cartolearn.label.page.later import Later
from cartolearn.label.page.results import Drawn, Looked, Measured, Setting
from cartolearn.label.project.entries import Pick
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State

PAUSE = 10.0  # seconds after which a map that could not be drawn is tried again


class Trains(Protocol):
    """What is asked of a ``Trainer``, which may be in another process."""

    @property
    def setting(self) -> Setting:
        """What the page itself goes by."""

    def choose(self, by: str, region: Collection[int], beside: Collection[int]) -> list[Pick]:
        """Choose a batch, and write it down."""

    def draw(self) -> Drawn | None:
        """Map the labelled texts and the pool."""

    def measure(self) -> Measured:
        """Measure how far labelling got."""

    def report(self) -> Report:
        """Return all that ``status`` says."""

    def look(self) -> Looked:
        """Ask models that did not learn the labels what they say of them."""


@dataclass
class Behind:
    """The project's figures and map as they were last computed, and its log as far as it was read.

    Attributes:
        project: The project.
        trainer: Computes what takes long.
        state: The log as far as it was read or written here; ``lock`` is held for it.
        setting: What of the options counts here.
        measured: How far labelling got, as of the last training.
        drawn: The data map, as of the last training.
        counted: Of how many labels these are.
        version: Grows whenever they change.
        turn: Held while something is trained: one thing at a time.
        asking: How many people wait for texts; ``asked`` is held to count them.
        report: Everything that ``status`` says.
        suspects: Which labels may be wrong, and of which texts the models are in doubt.
    """

    project: Project
    trainer: Trains
    state: State = field(init=False)
    setting: Setting = field(init=False)
    measured: Measured | None = None
    drawn: Drawn | None = None
    counted: int = -1
    version: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    turn: threading.Lock = field(default_factory=threading.Lock)
    asking: int = 0
    asked: threading.Condition = field(default_factory=threading.Condition)
    report: Later[Report] = field(init=False)
    suspects: Later[Looked] = field(init=False)
    _again: float = 0.0

    def __post_init__(self) -> None:
        """Read the log, and name what is computed on request."""
        self.state, self.setting = self.project.state(), self.trainer.setting
        give_back()
        self.report = Later(self._labels, self.trainer.report, self.turn)
        self.suspects = Later(self._labels, self.trainer.look, self.turn)

    def catch_up(self) -> State:
        """Return the log as it is now, of which only what is new is read."""
        with self.lock:
            self.project.catch_up(self.state)
            return self.state

    def choose(self, by: str, region: Collection[int], beside: Collection[int]) -> list[Pick]:
        """Choose a batch, and write it down; see ``next_batch``."""
        with self.asked:
            self.asking += 1
        try:
            with self.turn:
                return self.trainer.choose(by, region, beside)
        finally:
            with self.asked:
                self.asking -= 1
                self.asked.notify_all()

    def _after_texts(self) -> threading.Lock:
        """Return the turn once nobody waits for texts: a lock lets in whom it likes."""
        with self.asked:
            self.asked.wait_for(lambda: not self.asking)
        return self.turn

    @property
    def due(self) -> bool:
        """Whether a batch of labels came since the last measuring, or there is no map as yet."""
        if self.counted < 0 or len(self.state.labels) - self.counted >= self.setting.batch_size:
            return True
        return self.drawn is None and time.monotonic() >= self._again

    def measure(self) -> None:
        """Train on all labels; draw the map and measure, where that is due.

        Who waits for texts goes before each.
        """
        with self.lock:
            self.catch_up()
            if not self.due:
                return
            self.counted = len(self.state.labels)
        with self._after_texts():
            drawn = self.trainer.draw()
        if drawn is None:
            self._again = time.monotonic() + PAUSE
            return
        self.drawn = drawn
        self.version += 1
        with self._after_texts():
            self.measured = self.trainer.measure()
        self.version += 1

    def _labels(self) -> int:
        """Return what tells the labels as they stand, on which figures depend."""
        with self.lock:
            labels = self.catch_up().labels
            return hash(tuple((row, given.label) for row, given in labels.items()))
