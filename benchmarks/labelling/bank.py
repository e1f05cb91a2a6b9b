"""Projects of real texts whose features were computed once, for studies with many repetitions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.labelling.texts import TEST, load
from cartolearn.embeddings.base import Embedding
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.moments import moments
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.embeddings.wordllama import WordLlama
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project, Settings
from cartolearn.models.learner import Learner

AT_MOST = {"wordllama": 20_000, "sentence_transformer": 8000}  # rows; the encoder is slow
EMBEDDINGS = tuple(AT_MOST)


@dataclass(frozen=True, eq=False)
class Drawn:
    """A project, and what nobody who labels in it knows.

    Attributes:
        features: The project and its features.
        gold: int64 [R], the true class of each of its texts.
        test_texts: 1,000 other texts.
        test: float32 [1000, d], their features, standardised as the project's.
        test_gold: int64 [1000].
    """

    features: ProjectFeatures
    gold: NDArray[np.int64]
    test_texts: list[str]
    test: Tensor
    test_gold: NDArray[np.int64]

    def learner(self) -> Learner:
        """Return a learner for all classes."""
        return self.features.learner(len(self.features.project.settings.classes))

    def predict(self, ids: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Train on ``ids`` with the labels ``targets``; return the classes of the test texts."""
        trained = replace(self.learner().train(ids, targets, "head"), inputs=self.test)
        p = trained.probabilities(torch.arange(len(self.test)))
        return p.argmax(dim=1).numpy()

    def accuracy(self, ids: NDArray[np.int64], targets: NDArray[np.int64]) -> float:
        """Train on ``ids`` with the labels ``targets``; return the accuracy on the test texts."""
        return float((self.predict(ids, targets) == self.test_gold).mean())


class Bank:
    """A data set's training rows, 20,000 of them at most, and their features.

    Args:
        name: Which data set.
        embedding: Word pieces, or the sentence encoder that comes with pip.
    """

    def __init__(self, name: str, embedding: str = "wordllama") -> None:
        whole = load(name)
        rows = np.sort(np.random.default_rng(0).permutation(whole.train_ids)[: AT_MOST[embedding]])
        ids = np.arange(len(rows))
        self.dataset = replace(
            whole,
            texts=[whole.texts[row] for row in rows],
            labels=np.asarray(whole.labels)[rows],
            train_ids=ids,
            test_ids=ids[:0],
        )
        embed: Embedding = WordLlama(max_tokens=200)
        if embedding != "wordllama":
            embed = SentenceEncoder("installed", None, max_tokens=200, batch_size=32)
        embedded = embed.embed(self.dataset)
        self.raw, self.report = embedded.features, embedded.report
        self.labels = np.asarray(self.dataset.labels)

    @contextmanager
    def draw(self, seed: int, size: int, options: tuple[str, ...] = ()) -> Iterator[Drawn]:
        """Make a project of ``size`` random texts; 1,000 others are the test texts."""
        rows = np.random.default_rng(seed).permutation(self.dataset.train_ids)
        test, rows = rows[:TEST], rows[TEST : TEST + size]
        names, texts = list(self.dataset.label_names), [self.dataset.texts[row] for row in rows]
        settings = Settings("study", "text", names, 0, [f"seed={seed}", *options])
        mean, scale = moments(self.raw[rows])
        pool, others = (torch.from_numpy(self.raw[part]) for part in (rows, test))
        others = (others - torch.from_numpy(mean)) / torch.from_numpy(scale)
        with TemporaryDirectory() as folder:
            project = Project.create(Path(folder) / "project", settings, texts, [])
            features = ProjectFeatures.standardised(project, Features([pool], self.report))
            told = [self.dataset.texts[row] for row in test]
            yield Drawn(features, self.labels[rows], told, others, self.labels[test])
