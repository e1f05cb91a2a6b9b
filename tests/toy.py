"""A small learnable dataset with features, for tests of what stands on them."""

from functools import partial

import numpy as np
import torch

from cartolearn.config.schema import LoopSettings, TrainerSettings
from cartolearn.data.dataset import Dataset
from cartolearn.models.learner import Learner
from cartolearn.models.mlp import MLP

ROWS, TEST_ROWS, WIDTH, CLASSES = 120, 30, 6, 3


def toy_dataset() -> Dataset:
    """Return 90 train and 30 test rows of three classes, with ids that interleave."""
    ids = np.arange(ROWS)
    return Dataset(
        name="toy",
        texts=[f"text {i}" for i in ids],
        labels=np.random.default_rng(0).integers(0, CLASSES, ROWS),
        label_names=("a", "b", "c"),
        train_ids=ids[ids % 4 != 0],
        test_ids=ids[ids % 4 == 0],
    )


def toy_features(dataset: Dataset) -> torch.Tensor:
    """Return features in which the classes overlap."""
    random = np.random.default_rng(1)
    centres = random.normal(size=(CLASSES, WIDTH))
    noise = random.normal(size=(len(dataset.labels), WIDTH))
    return torch.from_numpy((centres[dataset.labels] + noise).astype(np.float32))


def toy_learner(seed: int = 0, max_epochs: int = 4) -> Learner:
    """Return a learner with a small, quickly learning MLP."""
    dataset = toy_dataset()
    return Learner(
        inputs=toy_features(dataset),
        n_classes=CLASSES,
        make=partial(MLP, hidden_sizes=(8, 8, 8), learning_rate=0.01),
        settings=TrainerSettings(max_epochs=max_epochs, batch_size=8, device="cpu"),
        seed=seed,
    )


def toy_loop(
    rounds: int = 3, query_size: int | tuple[int, ...] = 10, **options: object
) -> LoopSettings:
    """Return loop settings with a seed set of 15."""
    return LoopSettings(seed_set_size=15, rounds=rounds, query_size=query_size, **options)  # type: ignore[arg-type]
