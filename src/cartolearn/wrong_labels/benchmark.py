"""Precision and recall of each ranking at several k, over several plantings."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.config.types import Count, Share, Size
from cartolearn.data.dataset import Dataset
from cartolearn.loop.seed_set import draw
from cartolearn.models.learner import Learner
from cartolearn.report.table import Table
from cartolearn.statistics.intervals import mean_estimate
from cartolearn.wrong_labels.plant import plant
from cartolearn.wrong_labels.probabilities import held_out, in_sample
from cartolearn.wrong_labels.rank import RANKINGS, found

Ints = NDArray[np.int64]
Key = tuple[str, str, str, float]


@dataclass(frozen=True)
class Settings:
    """What is planted, and how often."""

    share: Share
    repeats: Count
    folds: Size
    full_set: bool


@dataclass(frozen=True)
class Measured:
    """One ranking of one planting, cut off at a share of the rows."""

    key: Key
    rows: int
    k: int
    precision: float
    recall: float


def measure(
    dataset: Dataset, learner: Learner, scope: str, ids: Ints, settings: Settings
) -> Iterator[Measured]:
    """Plant wrong labels among ``ids``, train, rank, and compare with what was planted."""
    generator = np.random.default_rng([learner.seed, len(ids)])
    classes = len(dataset.label_names)
    noisy, changed = plant(dataset.labels, ids, classes, settings.share, generator)
    wrong = np.isin(ids, changed)
    sources = {"in sample": in_sample(learner, ids, noisy[ids])}
    if settings.folds > 1:
        sources["held out"] = held_out(learner, ids, noisy[ids], settings.folds)
    for source, probabilities in sources.items():
        for name, rank in RANKINGS.items():
            ranking = rank(probabilities, noisy[ids])
            for share in cuts(settings.share):
                k = max(1, round(share * len(ids)))
                yield Measured((scope, source, name, share), len(ids), k, *found(ranking, wrong, k))


def cuts(share: float) -> tuple[float, ...]:
    """Return the shares of rows that a person would look at: .2, .5, 1 and 2 times the errors."""
    return (share / 5, share / 2, share, 2 * share)


def scopes(dataset: Dataset, seed_set_size: int, seed: int, *, full_set: bool) -> dict[str, Ints]:
    """Return the rows to plant in: a seed set as a run draws it, and all training rows."""
    ids = draw(dataset.train_ids, dataset.labels, seed_set_size, "random", seed, "seed set")
    return {"seed set": ids} | ({"full set": dataset.train_ids} if full_set else {})


def to_table(name: str, measured: list[Measured], settings: Settings) -> Table:
    """Return one row a scope, source of probabilities, ranking and k: means over the plantings."""
    by_key: dict[Key, list[Measured]] = defaultdict(list)
    for one in measured:
        by_key[one.key].append(one)
    rows = [
        (*key[:3], runs[0].rows, runs[0].k, len(runs),
         mean_estimate(np.array([run.precision for run in runs])),
         mean_estimate(np.array([run.recall for run in runs])))
        for key, runs in by_key.items()
    ]  # fmt: skip
    return Table(
        name=f"wrong_labels_{name}",
        title=f"Finding wrong labels ({name}, {settings.share:.1%} planted)",
        columns=("planted in", "probabilities", "ranking", "rows", "k", "seeds", "precision",
                 "recall"),
        rows=rows,
        note=f"Seeds: {max(map(len, by_key.values()))}. Intervals: 95 %, expanded percentile "
        f"bootstrap over seeds. Baseline: a random order has precision {settings.share:.3f} at any "
        "k. In sample: of the model trained on these labels, as in the data map; held out: by "
        f"cross-validation in {settings.folds} parts. All rankings of a row share the same "
        "probabilities.",
    )  # fmt: skip
