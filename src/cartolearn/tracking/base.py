"""Experiment trackers mirror a run; its own files are the truth, and no tracker can stop it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from cartolearn.loop.mirror import Status
from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.measures import final_measures, round_measures

if TYPE_CHECKING:
    from cartolearn.config.check import Plan
    from cartolearn.data.dataset import Dataset
    from cartolearn.loop.record import Record

log = logging.getLogger(__name__)

Value = TypeVar("Value")


class Session(Protocol):
    """One run in one tracker."""

    def log(self, values: Mapping[str, float], record: "Record", epochs_before: int) -> None:
        """Log a round's numbers at its number of labels, and the training loss of its epochs.

        Epochs are counted on from those of the rounds before, ``epochs_before`` of them.
        """
        ...

    def finish(self, summary: Mapping[str, float], labelled: int) -> None:
        """Log what is known only of the whole run, and its files."""
        ...

    def close(self, status: Status) -> None:
        """Release everything; also called when another method has failed."""
        ...


class Tracker(Protocol):
    """A tracker's options; the run folder may hold what an earlier attempt at the run left."""

    def open(self, run: RunInfo) -> Session | None:
        """Start to mirror a run from its first round; None where tracking is switched off."""
        ...

    def lacks(self, folder: Path) -> bool:
        """Tell whether the finished run in ``folder`` is not in the tracker yet."""
        ...


class Trackers:
    """All trackers of a run. One that fails is reported once and then left out."""

    def __init__(self, trackers: Mapping[str, Tracker], run: RunInfo) -> None:
        self._run = run
        self._sessions: dict[str, Session] = {}
        for name, tracker in trackers.items():
            session = self._guarded(name, partial(tracker.open, run))
            if session is not None:
                self._sessions[name] = session

    def log(self, records: Sequence["Record"]) -> None:
        """Log the last of the records; the one before it says which batch was added."""
        last = records[-1]
        batch = records[-2].batch if len(records) > 1 else None
        if self._sessions:
            values = self._measured(partial(round_measures, self._run, last, batch)) or last.metrics
            before = sum(len(record.losses) for record in records[:-1])
            self._each(lambda session: session.log(values, last, before))

    def finish(self, summary: Mapping[str, float | None], labelled: int) -> None:
        """Log the run's summary and whatever each tracker keeps of its files."""
        if self._sessions:
            known = {key: value for key, value in summary.items() if value is not None}
            values = known | (self._measured(partial(final_measures, self._run)) or {})
            self._each(lambda session: session.finish(values, labelled))

    def close(self, status: Status) -> None:
        """End tracking."""
        self._each(lambda session: session.close(status))
        self._sessions.clear()

    def _each(self, action: Callable[[Session], None]) -> None:
        for name, session in list(self._sessions.items()):
            self._guarded(name, partial(action, session))

    def _guarded(self, name: str, action: Callable[[], Value]) -> Value | None:
        try:
            return action()
        except (Exception, SystemExit) as error:  # noqa: BLE001  (a tracker does not stop a run)
            log.warning("%s failed and is left out from here on: %s", name, first_line(error))
        session = self._sessions.pop(name, None)
        if session is not None:
            with suppress(Exception, SystemExit):
                session.close("failed")
        return None

    def _measured(self, measure: Callable[[], dict[str, float]]) -> dict[str, float] | None:
        try:
            return measure()
        except Exception as error:  # noqa: BLE001  (the trackers then get less, the run goes on)
            log.warning("the trackers get less than usual: %s", first_line(error))
        return None


def open_trackers(
    plan: "Plan", folder: Path, choices: Mapping[str, str], dataset: "Dataset"
) -> Trackers:
    """Return the trackers of a plan, each started for the run in ``folder``."""
    return Trackers(plan.loggers, RunInfo(folder, plan.config, choices, dataset))


def first_line(error: BaseException) -> str:
    """Return what went wrong in one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines and lines[0] != "<no message>" else type(error).__name__
