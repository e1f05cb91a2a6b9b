"""Cross-validation: what models say of rows that they did not learn from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartolearn.generators import derived_seed

if TYPE_CHECKING:
    from cartolearn.models.learner import Learner

Ints = NDArray[np.int64]


def parts_of(count: int, folds: int, seed: int) -> list[Ints]:
    """Return the places 0 to count - 1 in ``folds`` random parts of nearly equal size.

    Empty parts, where there are more folds than places, are left out.
    """
    order = np.random.default_rng(derived_seed(seed, "parts")).permutation(count)
    return [part for part in np.array_split(order, folds) if len(part)]


def held_out(
    learner: "Learner", ids: Ints, labels: Ints, folds: int, seed: int, purpose: str
) -> Iterator[tuple[Ints, NDArray[np.float32]]]:
    """Ask about each part of the rows a model that learned from the other parts.

    Args:
        learner: Trains the models.
        ids: Row ids, int64 [L].
        labels: Their classes, int64 [L].
        folds: Number of parts.
        seed: Draws the parts.
        purpose: What the trainings draw their chance by, as in ``Learner.train``.

    Yields:
        Places in ``ids``, int64 [m], and p(y | x) after each epoch, float32 [E, m, C].
    """
    import torch

    for part in parts_of(len(ids), folds, seed):
        rest = np.delete(np.arange(len(ids)), part)
        trained = learner.train(ids[rest], labels[rest], purpose, keep_epochs=True)
        yield part, trained.epoch_probabilities(torch.from_numpy(ids[part])).numpy()
