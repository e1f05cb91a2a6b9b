"""What the rows of the benchmark share: its sizes, its data, and a synthetic learner."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from cartolearn.models.mlp import MLP

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


def classifier(labels: Tensor, classes: int, batch_size: int, seed: int = 0) -> MLP:
    """Return the paper's main classifier with the seed's initial weights."""
    torch.manual_seed(seed)
    return MLP(n_features=WIDTH, n_classes=classes, labels=labels, batch_size=batch_size)
