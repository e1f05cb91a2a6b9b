"""What is computed behind the page, once for everybody who labels there."""

import gc
import threading
from dataclasses import dataclass, field

import numpy as np
import torch

from cartolearn.account import Report
from cartolearn.cartography.data_map import DataMap
from cartolearn.id_sets import not_among
from cartolearn.label.choosing.batch import train_on
from cartolearn.label.measuring.status import Status, status_of
from cartolearn.label.measuring.suspects import Suspects, find_suspects
from cartolearn.label.measuring.words import figures_in_words, verdict_in_words
from cartolearn.label.model.features import ProjectFeatures, require_two_classes
from cartolearn.label.page.later import Later


@dataclass(frozen=True, eq=False)
class Maps:
    """The data map of the labelled texts, and of the pool with its predictions for labels."""

    labelled: DataMap
    pool: DataMap


@dataclass
class Behind:
    """The project's figures and maps as they were last computed.

    Attributes:
        features: The project and its features.
        status: As of the last training.
        maps: As of the last training.
        measured: Of how many labels these are.
        version: Grows whenever they change.
        turn: Held while something is trained: one thing at a time.
        report: Everything that ``status`` says.
        suspects: Which labels may be wrong, and of which texts the models are in doubt.
    """

    features: ProjectFeatures
    status: Status | None = None
    maps: Maps | None = None
    measured: int = -1
    version: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)
    report: Later[Report] = field(init=False)
    suspects: Later[Suspects] = field(init=False)

    def __post_init__(self) -> None:
        """Name what is computed on request."""
        self.report = Later(self._labels, self._report, self.turn)
        self.suspects = Later(self._labels, self._suspects, self.turn)

    def measure(self) -> None:
        """Train on all labels; draw the maps and measure, unless that was done with as many."""
        state = self.features.project.state()
        with self.turn:
            if self.measured == len(state.labels):
                return
            self.measured = len(state.labels)
            trained = train_on(self.features, state)
            if trained is None:
                return
            pool = np.flatnonzero(not_among(len(self.features.rows), state.ids))
            seen = trained.dynamics(torch.from_numpy(pool))
            self.maps = Maps(trained.data_map, seen.data_map)
            self.version += 1
            self.status = status_of(self.features, state, compared=False)
            self.version += 1
            gc.collect()  # trainings leave cycles that hold their weights

    def _labels(self) -> list[tuple[int, str]]:
        """Return the labels as they stand, which is what figures depend on."""
        labels = self.features.project.state().labels
        return [(row, given.label) for row, given in labels.items()]

    def _report(self) -> Report:
        project = self.features.project
        state = project.state()
        level = project.options.labelling.confidence_level
        status = status_of(self.features, state)
        return Report(verdict_in_words(status), figures_in_words(status, level))

    def _suspects(self) -> Suspects:
        state = self.features.project.state()
        require_two_classes(
            self.features.project, len(set(state.targets.tolist())), "a look for doubt"
        )
        return find_suspects(self.features, state)
