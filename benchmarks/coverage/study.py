"""One run: a data set, a seed and a strategy, labelled for twenty rounds."""

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.coverage.sets import TEST, TextSet
from benchmarks.coverage.variants import Variant
from cartolearn.cartography.data_map import DataMap
from cartolearn.config.build import build
from cartolearn.embeddings.moments import moments
from cartolearn.generators import generator
from cartolearn.label.choosing.batch import FeaturesAlone
from cartolearn.label.project.options import compose_options
from cartolearn.models.learner import Learner
from cartolearn.models.trained import Trained
from cartolearn.strategies.observations import Observations

ROUNDS, BATCH = 20, 20
BATCHES = {"banking77": 38}  # sets with a batch of another size: half a label a class


@dataclass(frozen=True, eq=False)
class Task:
    """A set as one seed splits it.

    Attributes:
        pool: float32 [N, 384], standardised.
        gold: int64 [N].
        test: float32 [1000, 384], standardised as the pool.
        test_gold: int64 [1000].
        n_classes: Number of classes.
        batch: Labels a round.
        seed: Of the split, the first batch, the head and the strategies.
    """

    pool: Tensor
    gold: NDArray[np.int64]
    test: Tensor
    test_gold: NDArray[np.int64]
    n_classes: int
    batch: int
    seed: int

    @classmethod
    def of(cls, texts: TextSet, raw: NDArray[np.float32], seed: int) -> "Task":
        """Hold 1,000 random rows out for testing; all others are the pool."""
        rows = np.random.default_rng(seed).permutation(len(raw))
        test, pool = rows[:TEST], np.sort(rows[TEST:])
        mean, scale = moments(raw[pool])
        return cls(
            pool=torch.from_numpy((raw[pool] - mean) / scale),
            gold=texts.gold[pool],
            test=torch.from_numpy((raw[test] - mean) / scale),
            test_gold=texts.gold[test],
            n_classes=texts.n_classes,
            batch=BATCHES.get(texts.name, BATCH),
            seed=seed,
        )

    def learner(self) -> Learner:
        """Return a learner of heads as labelling trains them by default."""
        options = compose_options(())
        make = partial(build, options.model, "model")
        return Learner(self.pool, self.n_classes, make, options.trainer, self.seed)


def run(task: Task, variant: Variant) -> dict[str, Any]:
    """Label round by round; return the learning curve, the picks and the seconds of selection."""
    learner = task.learner()
    size = variant.batch or task.batch
    chosen = _first(task, variant, size)
    found: dict[str, Any] = {"labels": [], "accuracy": [], "macro_f1": [], "seconds": 0.0}
    while True:
        ids = np.array(chosen, dtype=np.int64)
        trained = learner.train(ids, task.gold[ids], "head", keep_epochs=True)
        on_test = replace(trained, inputs=task.test)
        predicted = on_test.probabilities(torch.arange(len(task.test))).argmax(dim=1)
        found["labels"].append(len(ids))
        found["accuracy"].append(round(float((predicted.numpy() == task.test_gold).mean()), 4))
        found["macro_f1"].append(round(macro_f1(predicted.numpy(), task.test_gold), 4))
        if len(ids) + size > ROUNDS * task.batch:
            return found | {"picks": [int(i) for i in chosen]}
        before = time.process_time()
        chosen += _next(task, variant, trained, size)
        found["seconds"] += round(time.process_time() - before, 3)


def _first(task: Task, variant: Variant, size: int) -> list[int]:
    """Return the first batch: the same for all strategies of a seed that do not vary it."""
    nothing = np.empty(0, dtype=np.int64)
    gold = np.empty((0, 0), dtype=np.float32)
    data_map = DataMap(nothing, nothing, gold, gold > 0)
    alone = Trained(FeaturesAlone(), task.pool, task.n_classes, data_map)
    seen = Observations(torch.arange(len(task.pool)), alone)
    query = variant.first().select(seen, size, generator(task.seed, "first"))
    return query.ids.tolist()


def _next(task: Task, variant: Variant, trained: Trained, size: int) -> list[int]:
    """Return the next batch, a share of it random where the variant says so."""
    labelled = trained.data_map.ids
    pool = np.setdiff1d(np.arange(len(task.pool)), labelled)
    own = generator(task.seed, "batch", len(labelled))
    n_random = round(variant.random_share * size)
    at_random = pool[torch.randperm(len(pool), generator=own)[:n_random].numpy()]
    left = torch.from_numpy(np.setdiff1d(pool, at_random))
    seen = Observations(left, trained)
    if variant.temperature != 1:
        seen = _tempered(seen, variant.temperature)
    chosen = variant.strategy(task.pool).select(seen, size - n_random, own).ids
    return [*at_random.tolist(), *chosen.tolist()]


def _tempered(seen: Observations, temperature: float) -> Observations:
    """Return the same with all probabilities at another temperature."""

    changed = replace(seen)
    for name in ("probabilities", "labelled_probabilities"):
        p: Tensor = getattr(seen, name)
        vars(changed)[name] = (p.clamp(min=1e-30).log() / temperature).softmax(dim=1)
    return changed


def macro_f1(predicted: NDArray[np.int64], gold: NDArray[np.int64]) -> float:
    """Return the mean F1 over the classes that occur in ``gold``."""
    values = []
    for label in np.unique(gold):
        hit = int(((predicted == label) & (gold == label)).sum())
        values.append(2 * hit / int((predicted == label).sum() + (gold == label).sum()))
    return float(np.mean(values))
