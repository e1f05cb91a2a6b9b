"""What the rows of the benchmark share: its sizes, its data, and a synthetic learner."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.cartography.data_map import DataMap
from cartolearn.models.mlp import MLP
from cartolearn.models.trained import Trained

WIDTH = 300


@dataclass(frozen=True)
class Settings:
    """How to measure.

    Attributes:
        quick: Tiny sizes, for a smoke test.
        full_grid: The grid has all 30 runs.
        data_dir: Folder of the paper's data; without it a toy stands in.
        repetitions: Measurements of which medians are taken.
        cpu: CPU time instead of elapsed time, where one process is measured.
        rounds: Those of a whole run.
        work: Folder for features and runs.
    """

    quick: bool
    full_grid: bool
    data_dir: Path | None
    repetitions: int
    cpu: bool
    rounds: int
    work: Path

    def size(self, full: int, quick: int) -> int:
        """Return a size for this kind of run."""
        return quick if self.quick else full


def data(rows: int, classes: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Return features, float32 [rows, 300], and labels, int64 [rows]."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(rows) % classes
    centres = torch.randn(classes, WIDTH, generator=generator)
    return torch.randn(rows, WIDTH, generator=generator) + centres[labels], labels


def classifier(labels: Tensor, classes: int, seed: int = 0) -> MLP:
    """Return the paper's main classifier with the seed's initial weights."""
    torch.manual_seed(seed)
    return MLP(n_features=WIDTH, n_classes=classes, labels=labels)


def trained(
    model: MLP, features: Tensor, classes: int, rows: NDArray[np.int64] | None = None
) -> Trained:
    """Return the model as if it had been trained on ``rows`` of the features for ten epochs."""
    ids = np.arange(0) if rows is None else rows
    correct = np.tile(ids % 2 == 0, (10, 1))
    data_map = DataMap(ids, ids % classes, correct.astype(np.float32), correct)
    return Trained(model.eval(), features, classes, data_map)
