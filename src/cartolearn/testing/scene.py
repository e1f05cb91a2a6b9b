"""A small pool, labelled set and classifier, and the observations of them."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from cartolearn.cartography.data_map import DataMap
from cartolearn.models.mlp import MLP
from cartolearn.models.protocol import Weights
from cartolearn.models.trained import Trained
from cartolearn.strategies.base import Observations, Strategy


@dataclass(frozen=True, eq=False)
class Scene:
    """A model, its inputs, and what is labelled of them."""

    classifier: MLP
    features: Tensor
    pool_ids: Tensor
    data_map: DataMap
    epochs: list[Weights]

    def trained(self, rows: int = 1024) -> Trained:
        classes = self.classifier.head.out_features
        return Trained(
            self.classifier.eval(), self.features, classes, self.data_map, (), self.epochs, rows
        )

    def seen(self, rows: int = 1024) -> Observations:
        return Observations(self.pool_ids, self.trained(rows))


def scene(
    n_pool: int = 60,
    n_labelled: int = 15,
    n_classes: int = 3,
    width: int = 6,
    seed: int = 0,
    sharpness: float = 8.0,
    one_class: bool = False,
    features: Tensor | None = None,
) -> Scene:
    """Return a scene with random features and weights; high ``sharpness`` makes p exactly 0 or 1.

    Ids have gaps and the labelled ids lie between those of the pool.
    """
    random = np.random.default_rng(seed)
    total = 2 * (n_pool + n_labelled)
    if features is None:
        features = torch.from_numpy(random.normal(size=(total, width)).astype(np.float32))
    ids = random.permutation(total)[: n_pool + n_labelled]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = MLP(
            n_features=width,
            n_classes=n_classes,
            labels=torch.arange(n_classes),
            hidden_sizes=(8, 8, 8),
        )
        for layer in (*model.hidden, model.head):
            layer.weight.data.normal_(0, 0.7)
        model.head.weight.data *= sharpness / 4
        epochs = [
            {n: w.detach() + 0.5 / e * torch.randn_like(w) for n, w in model.named_parameters()}
            for e in (1, 2, 3, 4)
        ] + [{n: w.detach().clone() for n, w in model.named_parameters()}]
    return Scene(
        classifier=model,
        features=features,
        pool_ids=torch.from_numpy(np.sort(ids[n_labelled:])),
        data_map=random_data_map(ids[:n_labelled], n_classes, random, one_class),
        epochs=epochs,
    )


def random_data_map(
    ids: np.ndarray, n_classes: int, random: np.random.Generator, one_class: bool
) -> DataMap:
    """Return five epochs of chance; with ``one_class`` one label, always predicted right."""
    gold = random.uniform(size=(5, len(ids))).astype(np.float32)
    lower = random.integers(0, n_classes, (2, len(ids))).min(axis=0)  # classes of unequal size
    labels = lower * (not one_class)
    correct = np.ones_like(gold, dtype=np.bool_) if one_class else gold > 0.7
    return DataMap(
        ids=ids.astype(np.int64), labels=labels, gold_probabilities=gold, correct=correct
    )


def picked(
    strategy: Strategy, seen: Observations, n: int, seed: int = 0, candidates: Tensor | None = None
) -> list[int]:
    """Return the ids that the strategy selects under a generator of its own."""
    own = torch.Generator().manual_seed(seed)
    return strategy.select(seen, n, own, candidates).ids.tolist()


def given(seen: Observations, **values: object) -> Observations:
    """Return observations of which some are as the test says."""
    changed = replace(seen)
    vars(changed).update(vars(seen), **values)
    return changed


def psi(seen: Observations) -> Tensor:
    """Return Psi(x) of the pool, float32 [N, h]."""
    return seen.represent(torch.arange(len(seen.pool_ids)))
