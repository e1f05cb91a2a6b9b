"""A project with the standardised features of its texts, from which its models learn."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.config.build import build
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.cache import features_of
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.moments import moments
from cartolearn.errors import InputError
from cartolearn.files import in_shell
from cartolearn.label.project.folder import Project

if TYPE_CHECKING:
    from cartolearn.models.learner import Learner


@dataclass(frozen=True, eq=False)
class ProjectFeatures:
    """Features of a project's texts, and how to standardise those of others.

    Attributes:
        project: The project.
        unscaled: float32 [R, d], as the embedding gives them.
        rows: The same; every column has mean 0 and standard deviation 1 over the texts.
    """

    project: Project
    unscaled: Features
    rows: Features

    @classmethod
    def of(cls, project: Project) -> Self:
        """Compute the features, or take them from the project's folder."""
        corpus = ProjectTexts(project.texts, len(project.texts))
        options = project.options
        kept = project.derived, options.features, options.paths.features
        unscaled = features_of(corpus, options.embedding, *kept)  # with all threads that there are
        torch.set_num_threads(options.trainer.threads)
        return cls.standardised(project, unscaled)

    @classmethod
    def standardised(cls, project: Project, unscaled: Features) -> Self:
        """Return features of a project with what standardises them."""
        return cls(project, unscaled, unscaled.standardised(*moments(unscaled)))

    def learner(self, classes: int, seed: int = 0) -> "Learner":
        """Return a learner for so many classes; ``seed`` tells several apart."""
        from cartolearn.models.learner import Learner  # slow, and some commands train nothing

        options = self.project.options
        return Learner(
            inputs=self.rows,
            n_classes=classes,
            make=partial(build, options.model, "model"),
            settings=options.trainer,
            seed=options.seed + seed,
        )

    def let_go(self) -> None:
        """Hold nothing of what was read from the project's folder, until it is read again."""
        self.unscaled.let_go()
        self.rows.shards = self.unscaled.shards

    def raw(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the features of the rows ``ids``, float32 [n, d], not standardised."""
        found = self.unscaled[ids].numpy()
        self.let_go()  # pages that lie beside these rows were read with them
        return found


def require_two_classes(project: Project, classes: int, doing: str) -> None:
    """Refuse what needs a model while there are labels of fewer than two classes.

    Raises:
        InputError: Saying what to do.
    """
    if classes < 2:
        raise InputError(
            f"{doing} needs labels of at least two classes; label some with:"
            f" cartolearn label next {in_shell(project.path)}"
        )
