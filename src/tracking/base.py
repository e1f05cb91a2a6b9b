"""Experiment trackers mirror a run; its own files are the truth, and no tracker can stop it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from pytorch_lightning.loggers import Logger

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunInfo:
    """What a tracker may want to know of a run: its folder, config and choices of groups."""

    folder: Path
    config: Mapping[str, Any]
    choices: Mapping[str, str]

    @property
    def title(self) -> str:
        """A name that a person can read."""
        return self.folder.name


class Tracker(Protocol):
    """A tracker's options; ``open`` gives one of Lightning's loggers."""

    def open(self, run: RunInfo) -> Logger:
        """Start tracking a run."""
        ...


class Trackers:
    """All trackers of a run. One that fails is reported once and then left out."""

    def __init__(self, trackers: Mapping[str, Tracker], run: RunInfo) -> None:
        self._loggers: dict[str, Logger] = {}
        for name, tracker in trackers.items():
            self._guarded(name, partial(self._open, name, tracker, run))

    def log(self, metrics: Mapping[str, float], n_labelled: int) -> None:
        """Log metrics at a number of labels, the x-axis."""
        values = {**metrics, "n_labelled": n_labelled}
        for name, logger in list(self._loggers.items()):
            self._guarded(name, partial(logger.log_metrics, values, step=n_labelled))

    def close(self, status: str) -> None:
        """End tracking with the status ``success`` or ``failed``."""
        for name, logger in list(self._loggers.items()):
            self._guarded(name, partial(logger.finalize, status))

    def _open(self, name: str, tracker: Tracker, run: RunInfo) -> None:
        logger = tracker.open(run)
        logger.log_hyperparams(dict(run.config))
        self._loggers[name] = logger

    def _guarded(self, name: str, action: Callable[[], Any]) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001  (whatever a tracker does, the run goes on)
            self._loggers.pop(name, None)
            log.warning("%s failed and is left out from here on: %s", name, error)
