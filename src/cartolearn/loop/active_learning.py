"""Pool-based active learning (Zhang & Plank 2021, Algorithm 1)."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.cartography.data_map import DataMap
from cartolearn.config.schema import PART_SIZE, LoopSettings
from cartolearn.data.dataset import Dataset
from cartolearn.errors import InputError
from cartolearn.generators import derived_seed, generator, seeded
from cartolearn.loop.metrics import Metrics, evaluate
from cartolearn.loop.seed_set import draw
from cartolearn.models.learner import Learner
from cartolearn.models.protocol import Model
from cartolearn.models.trained import Trained
from cartolearn.strategies.base import Observations, Query, Strategy
from cartolearn.strategies.observations import Tell, ignored
from cartolearn.text import named

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Round:
    """What one round found.

    Attributes:
        number: 0 for the seed set, r after the r-th batch was added.
        metrics: On the test rows.
        validation: On the validation rows, if there are any.
        trained: The model, with the training dynamics of the labelled instances.
        query: The batch chosen after training, to be added next; None in the last round.
        train_seconds: Training, the data map included.
        score_seconds: Choosing the query.
        seconds: The whole round, evaluation included.
        measured: What the strategy has measured of itself while choosing, by column; then what was
            measured of the successor model, where there is one.
    """

    number: int
    metrics: Metrics
    validation: Metrics | None
    trained: Trained
    query: Query | None
    train_seconds: float
    score_seconds: float
    seconds: float
    measured: Mapping[str, float]

    @property
    def data_map(self) -> DataMap:
        """Training dynamics of the labelled instances."""
        return self.trained.data_map

    @property
    def labelled(self) -> int:
        """Number of labels the model was trained on."""
        return len(self.data_map.ids)


def active_learning(
    dataset: Dataset,
    learner: Learner,
    strategy: Strategy,
    loop: LoopSettings,
    batches: Sequence[NDArray[np.int64]] = (),
    previous: Model | None = None,
) -> Iterator[Round]:
    """Yield a round after every training; ``batches`` are those an interrupted run had chosen.

    Args:
        dataset: Texts and labels.
        learner: Trains on them; its seed is the run's.
        strategy: Chooses the batches.
        loop: Seed set size, rounds, query size.
        batches: Row ids of the batches already chosen, in order; the loop goes on after them.
        previous: With ``keep_weights``, the model of the round that chose the last of them.
    """
    labels, seed = dataset.labels, learner.seed
    validation, train = split_validation(dataset, loop, seed)
    seed_of_set = seed if loop.seed_set_from is None else loop.seed_set_from
    labelled = draw(train, labels, loop.seed_set_size, loop.seed_set, seed_of_set, "seed set")
    labelled = np.concatenate([labelled, *batches])
    keep_epochs = "pool_dynamics" in strategy.all_needs
    for number in range(len(batches), loop.rounds + 1):
        start = time.perf_counter()
        kept = previous if loop.keep_weights else None
        trained = learner.train(labelled, labels[labelled], number, kept, keep_epochs)  # lines 3, 4
        end_of_training = time.perf_counter()
        with seeded(derived_seed(seed, "evaluation", number)):  # for model.dropout_in_evaluation
            metrics = evaluated(trained, dataset, dataset.test_ids)
            checked = evaluated(trained, dataset, validation) if len(validation) else None
            pool = np.setdiff1d(train, labelled, assume_unique=True)
            scoring = time.perf_counter()
            query, measured = None, dict[str, float]()
            if number < loop.rounds and len(pool):
                n = batch_size(loop.query_size, len(pool), number + 1)
                pool = candidates(pool, max(n, loop.candidates or len(pool)), seed, number)
                query = choose(  # lines 5 to 7
                    trained, strategy, pool, n, seed, measured.update, loop.part_size
                )
        end = time.perf_counter()
        yield Round(
            number=number,
            metrics=metrics,
            validation=checked,
            trained=trained,
            query=query,
            train_seconds=end_of_training - start,
            score_seconds=end - scoring,
            seconds=end - start,
            measured=measured,
        )
        if query is None:
            return
        labelled = np.concatenate([labelled, query.ids])  # lines 8, 9
        previous = trained.model


def choose(
    trained: Trained,
    strategy: Strategy,
    pool: NDArray[np.int64],
    n: int,
    seed: int,
    tell: Tell = ignored,
    part_size: int = PART_SIZE,
) -> Query:
    """Let the strategy choose n of the rows ``pool``, ascending, from what it looks at of them.

    Raises:
        InputError: It chose something else.
    """
    draws = generator(seed, "acquisition", len(trained.data_map.ids))
    looked_at = torch.from_numpy(np.concatenate([trained.data_map.ids, pool]))
    seen = Observations(torch.from_numpy(pool), trained.seeing(looked_at), tell, part_size)
    query = strategy.select(seen, n, draws)
    if problem := _wrong(query, pool, n):
        name = f"{type(strategy).__module__}.{type(strategy).__qualname__}"
        raise InputError(f"{name} chose no batch: {problem}")
    return query


def _wrong(query: Query, pool: NDArray[np.int64], n: int) -> str:
    """Say what is wrong with a batch of n rows of the pool, "" if nothing is."""
    if not isinstance(query, Query):
        return f"{type(query).__name__} came back, no Query"
    for name in ("ids", "scores"):
        values = getattr(query, name)
        if not isinstance(values, np.ndarray) or values.shape != (n,):
            return f"its {name} are no NumPy array [{n}]"
    if query.ids.dtype != np.int64:
        return f"its ids are {query.ids.dtype}, and int64 is asked for"
    if len(np.unique(query.ids)) < n:
        return "an id is there twice"
    nearest = pool[np.minimum(np.searchsorted(pool, query.ids), len(pool) - 1)]
    outside = query.ids[nearest != query.ids]
    return f"not in the pool: {named(outside)}" if len(outside) else ""


def candidates(pool: NDArray[np.int64], n: int, seed: int, number: int) -> NDArray[np.int64]:
    """Return n of the rows ``pool`` at random, ascending: the only ones that are scored."""
    if n >= len(pool):
        return pool
    order = torch.randperm(len(pool), generator=generator(seed, "candidates", number))
    return np.sort(pool[order[:n].numpy()])


def evaluated(trained: Trained, dataset: Dataset, ids: NDArray[np.int64]) -> Metrics:
    """Compare the model's predictions on rows ``ids`` with their gold labels."""
    gold = torch.from_numpy(dataset.labels[ids])
    return evaluate(trained.probabilities(torch.from_numpy(ids)), gold)


def refuse_small(dataset: Dataset, loop: LoopSettings) -> None:
    """Refuse a loop that cannot start on this dataset.

    Raises:
        InputError: The seed set (or the validation split) is larger than the pool.
    """
    pool = len(dataset.train_ids)
    held_out = round(loop.validation_share * pool)
    if loop.seed_set_size > pool - held_out:
        out = f" (loop.validation_share={loop.validation_share} holds out {held_out})"
        raise InputError(
            f"loop.seed_set_size={loop.seed_set_size} is larger than the pool of"
            f" {pool - held_out} rows{out if held_out else ''}; choose a smaller one"
        )


def split_validation(
    dataset: Dataset, loop: LoopSettings, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids held out of training for validation, and the ids that remain."""
    ids = dataset.train_ids
    size = round(loop.validation_share * len(ids))
    held_out = draw(ids, dataset.labels, size, "random", seed, "validation split")
    return np.sort(held_out), np.setdiff1d(ids, held_out, assume_unique=True)


def batch_size(query_size: int | Sequence[int], left: int, number: int) -> int:
    """Return how many batch ``number``, from 1, has; the last is smaller where the pool runs out.

    Of several sizes the last goes for all batches that follow.
    """
    sizes = [query_size] if isinstance(query_size, int) else query_size
    size = sizes[min(number, len(sizes)) - 1]
    if left < size:
        log.warning("batch %d takes the last %d of the pool, fewer than %d", number, left, size)
    return min(size, left)
