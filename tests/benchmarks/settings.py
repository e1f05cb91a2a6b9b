"""What the rows of the benchmark share: its sizes, its data, and a synthetic learner."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from src.models.mlp import MLP

WIDTH = 300


@dataclass(frozen=True)
class Settings:
    """Attributes: quick is for a smoke test; full_grid does the paper's 30 runs."""

    quick: bool
    full_grid: bool
    data_dir: Path | None
    repetitions: int
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
