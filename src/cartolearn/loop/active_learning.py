"""Pool-based active learning (Zhang & Plank 2021, Algorithm 1)."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.cartography.data_map import DataMap
from cartolearn.config.schema import LoopSettings
from cartolearn.generators import derived_seed, generator, seeded
from cartolearn.loop.learner import Learner
from cartolearn.loop.metrics import Metrics
from cartolearn.loop.observe import observe
from cartolearn.loop.seed_set import draw
from cartolearn.models.classifier import Classifier
from cartolearn.strategies.base import Query, Strategy

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Round:
    """What one round found.

    Attributes:
        number: 0 for the seed set, r after the r-th batch was added.
        labelled: Number of labels the classifier was trained on.
        metrics: On the test rows.
        validation: On the validation rows, if there are any.
        data_map: Training dynamics of the labelled instances.
        query: The batch chosen after training, to be added next; None in the last round.
        classifier: As trained in this round.
        train_seconds: Training, the data map included.
        score_seconds: Choosing the query.
        seconds: The whole round, evaluation included.
    """

    number: int
    labelled: int
    metrics: Metrics
    validation: Metrics | None
    data_map: DataMap
    query: Query | None
    classifier: Classifier
    train_seconds: float
    score_seconds: float
    seconds: float


def active_learning(
    learner: Learner,
    strategy: Strategy,
    loop: LoopSettings,
    batches: Sequence[NDArray[np.int64]] = (),
    previous: Classifier | None = None,
) -> Iterator[Round]:
    """Yield a round after every training; ``batches`` are those an interrupted run had chosen.

    Args:
        learner: Trains and evaluates; its seed is the run's.
        strategy: Chooses the batches.
        loop: Seed set size, rounds, query size.
        batches: Row ids of the batches already chosen, in order; the loop goes on after them.
        previous: With ``keep_weights``, the classifier of the round that chose the last of them.
    """
    labels, seed = learner.dataset.labels, learner.seed
    validation, train = split_validation(learner, loop)
    seed_of_set = seed if loop.seed_set_from is None else loop.seed_set_from
    labelled = draw(train, labels, loop.seed_set_size, loop.seed_set, seed_of_set, "seed set")
    labelled = np.concatenate([labelled, *batches])
    for number in range(len(batches), loop.rounds + 1):
        start = time.perf_counter()
        keep_epochs = "pool_dynamics" in strategy.all_needs
        kept = previous if loop.keep_weights else None
        classifier, data_map = learner.train(labelled, number, kept, keep_epochs)  # lines 3, 4
        trained = time.perf_counter()
        with seeded(derived_seed(seed, "evaluation", number)):  # for model.dropout_in_evaluation
            metrics = learner.evaluate(classifier, learner.dataset.test_ids)
            checked = learner.evaluate(classifier, validation) if len(validation) else None
            pool = np.setdiff1d(train, labelled, assume_unique=True)
            scoring = time.perf_counter()
            query = None
            if number < loop.rounds and len(pool):
                n = batch_size(loop.query_size, len(pool), number + 1)
                query = choose(learner, strategy, classifier, data_map, pool, n)  # lines 5 to 7
        end = time.perf_counter()
        yield Round(
            number=number,
            labelled=len(labelled),
            metrics=metrics,
            validation=checked,
            data_map=data_map,
            query=query,
            classifier=classifier,
            train_seconds=trained - start,
            score_seconds=end - scoring,
            seconds=end - start,
        )
        if query is None:
            return
        labelled = np.concatenate([labelled, query.ids])  # lines 8, 9
        previous = classifier


def choose(
    learner: Learner,
    strategy: Strategy,
    classifier: Classifier,
    data_map: DataMap,
    pool: NDArray[np.int64],
    n: int,
) -> Query:
    """Let the strategy choose n of the rows ``pool``, from what it asked to see of them."""
    seen = observe(
        classifier, learner.features, torch.from_numpy(pool), data_map, strategy.all_needs
    )
    return strategy.select(seen, n, generator(learner.seed, "acquisition", len(data_map.ids)))


def split_validation(
    learner: Learner, loop: LoopSettings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids held out of training for validation, and the ids that remain."""
    ids = learner.dataset.train_ids
    size = round(loop.validation_share * len(ids))
    held_out = draw(ids, learner.dataset.labels, size, "random", learner.seed, "validation split")
    return np.sort(held_out), np.setdiff1d(ids, held_out, assume_unique=True)


def batch_size(query_size: int, left: int, number: int) -> int:
    """Return how many to choose; the last batch is smaller where the pool runs out."""
    if left < query_size:
        log.warning(
            "batch %d takes the last %d of the pool, fewer than %d", number, left, query_size
        )
    return min(query_size, left)
