"""What the page has trained: the next batch, the data map, the figures, the suspects."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import numpy as np
import torch

from cartolearn.account import Report
from cartolearn.embeddings.features import ROWS
from cartolearn.errors import InputError
from cartolearn.id_sets import not_among
from cartolearn.label.choosing.batch import next_batch, random_batch, train_on
from cartolearn.label.measuring.status import status_of
from cartolearn.label.measuring.suspects import find_suspects
from cartolearn.label.measuring.words import figures_in_words, verdict_in_words
from cartolearn.label.model.features import ProjectFeatures, require_two_classes
from cartolearn.label.page.charts import curve_options, map_options
from cartolearn.label.page.results import Drawn, Looked, Maps, Measured, Points, Setting
from cartolearn.label.project.entries import Pick
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State
from cartolearn.models.trained import Trained

PATIENCE = 10.0  # seconds to wait for features; what is wrong with them is known by then, mostly


class Trainer:
    """Trains on a project's labels as they are when it is asked; one thing at a time.

    Where features take long, they are computed in the background, and texts come at random
    meanwhile.
    """

    def __init__(self, project: Project) -> None:
        """Begin to compute the features, or to take them from the project's folder; wait a while.

        Raises:
            InputError: As ``ProjectFeatures.of`` does.
        """
        self.project = project
        executor = ThreadPoolExecutor(1, "features")
        self._coming = executor.submit(ProjectFeatures.of, project)
        executor.shutdown(wait=False)
        self._state = project.state()
        if wait([self._coming], PATIENCE).done:
            self._coming.result()

    @property
    def features(self) -> ProjectFeatures:
        """The features; nothing is held of what was read of them before.

        Raises:
            InputError: They are still being computed, or as ``ProjectFeatures.of`` does.
        """
        if not self._coming.done():
            raise InputError(
                "The features of the texts are still being computed; the terminal shows how far."
                " Open this again once they are there."
            )
        torch.set_num_threads(self.project.options.trainer.threads)  # each thread has its own
        features = self._coming.result()
        features.let_go()
        return features

    @property
    def setting(self) -> Setting:
        """What the page itself goes by."""
        options = self.project.options
        return Setting(options.labelling.batch_size, Path(options.paths.cache_dir))

    def choose(self, by: str, region: Collection[int], beside: Collection[int]) -> list[Pick]:
        """Choose a batch, and write it down; see ``next_batch``.

        Raises:
            InputError: Nothing is left to label.
        """
        if not self._coming.done():
            size = self.project.options.labelling.batch_size
            return random_batch(self.project, size, by, beside)
        return next_batch(self.features, by=by, region=region, beside=beside)

    def draw(self) -> Drawn | None:
        """Map the labelled texts and the pool; None without features or labels of two classes."""
        if not self._coming.done():
            return None
        state = self._now()
        trained = train_on(self.features, state)
        if trained is None:
            return None
        pool = np.flatnonzero(not_among(len(self.features.rows), state.ids))
        maps = Maps(Points.of(trained.data_map), Points.joined(_points(trained, pool)))
        return Drawn(map_options(maps, self.project.texts), maps.pool)

    def measure(self) -> Measured:
        """Measure how far labelling got, without the comparison with random labels."""
        status = status_of(self.features, self._now(), compared=False)
        return Measured(status.labels, status.advice, curve_options(status))

    def report(self) -> Report:
        """Return all that ``status`` says."""
        status = status_of(self.features, self._now())
        level = self.project.options.labelling.confidence_level
        return Report(verdict_in_words(status), figures_in_words(status, level))

    def look(self) -> Looked:
        """Ask models that did not learn the labels what they say of them.

        Raises:
            InputError: There are labels of fewer than two classes.
        """
        state = self._now()
        classes = len(set(state.targets.tolist()))
        require_two_classes(self.project, classes, "a look for doubt")
        found = find_suspects(self.features, state)
        return Looked(found.suspect, found.doubtful)

    def _now(self) -> State:
        self.project.catch_up(self._state)
        return self._state


def _points(trained: Trained, pool: np.ndarray) -> Iterator[Points]:
    """Yield the points of the pool's texts, whose epochs are held for some at a time."""
    for ids in torch.from_numpy(pool).split(ROWS):
        yield Points.of(trained.dynamics(ids).data_map)
