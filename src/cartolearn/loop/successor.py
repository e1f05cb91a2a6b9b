"""The successor model: trained on what another model's predictions have had labelled.

Its accuracy is what the labels are worth to whoever uses them later (Lowell, Lipton & Wallace 2019,
"Practical obstacles to deploying active learning", section 4, where it stands beside that of the
acquisition model, which chooses).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

import torch

from cartolearn.config.schema import SuccessorSettings
from cartolearn.data.dataset import Dataset
from cartolearn.generators import derived_seed, seeded
from cartolearn.loop.active_learning import Round, evaluated
from cartolearn.models.learner import Learner


@dataclass(frozen=True, eq=False)
class Successor:
    """Trains the successor model; with the acquisition model's own learner it is that model.

    Attributes:
        learner: What it reads and how it is trained; its seed is the run's.
        settings: In which rounds.
    """

    learner: Learner
    settings: SuccessorSettings

    def after(self, rounds: Iterator[Round], dataset: Dataset) -> Iterator[Round]:
        """Pass the rounds on, with what was measured where the successor was due.

        Columns: ``successor_accuracy``, ``successor_macro_f1``, ``successor_loss`` on the test
        rows, and ``successor_seconds`` of training and evaluation.

        Raises:
            FloatingPointError: A loss or a probability is not finite.
        """
        for done in rounds:
            if self._due(done):
                yield replace(done, measured={**done.measured, **self._measured(done, dataset)})
            else:
                yield done

    def _due(self, done: Round) -> bool:
        every = self.settings.every
        return done.query is None or (every is not None and done.number % every == 0)

    def _measured(self, done: Round, dataset: Dataset) -> dict[str, float]:
        ids, learner, start = done.data_map.ids, self.learner, time.perf_counter()
        try:
            with _threads(learner.settings.threads):
                trained = learner.train(ids, dataset.labels[ids], done.number)
                with seeded(derived_seed(learner.seed, "evaluation", done.number)):
                    metrics = evaluated(trained, dataset, dataset.test_ids)
        except FloatingPointError as error:
            raise FloatingPointError(f"the successor model: {error}") from error
        seconds = time.perf_counter() - start
        found = {**asdict(metrics), "seconds": seconds}
        return {f"successor_{name}": value for name, value in found.items()}


@contextmanager
def _threads(number: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)
