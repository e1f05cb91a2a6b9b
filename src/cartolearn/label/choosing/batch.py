"""Choosing the texts to label next."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from math import ceil

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cartolearn.cartography.data_map import DataMap
from cartolearn.errors import InputError
from cartolearn.event_log import me
from cartolearn.generators import generator
from cartolearn.id_sets import not_among, without
from cartolearn.label.choosing.askable import (
    askable_ids,
    held_ids,
    nothing_left,
    repeated_ids,
    shared_ids,
)
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.entries import OVERLAP, Pick
from cartolearn.label.project.folder import Project
from cartolearn.label.project.random_order import next_in_order, random_order, set_aside
from cartolearn.label.project.state import State
from cartolearn.models.protocol import Passes
from cartolearn.models.trained import Trained
from cartolearn.strategies.observations import Observations
from cartolearn.strategies.on_ray import OverActors


class FeaturesAlone(nn.Module):
    """What stands in for a model before there is one: the features are Psi."""

    device = torch.device("cpu")

    def represent(self, x: Tensor) -> Tensor:
        """Return the features."""
        return x

    def classify(self, representation: Tensor) -> Tensor:
        """Refuse: nothing was learnt."""
        raise InputError(f"{len(representation)} texts cannot be classified without labels")

    def dropout_passes(self, n_samples: int, generator: torch.Generator) -> Passes:
        """Refuse: nothing was learnt."""
        del generator
        raise InputError(f"there is no model yet for {n_samples} passes")


def next_batch(
    features: ProjectFeatures,
    n: int | None = None,
    by: str | None = None,
    region: Collection[int] = (),
    beside: Collection[int] = (),
    how: str = "region",
) -> list[Pick]:
    """Choose a batch, write it down in the log, and return it in a mixed order.

    Args:
        features: The project and its features.
        n: How many; the project's batch size by default.
        by: Who will label them; the user of this machine by default.
        region: Ids marked on the map or looked for: what the strategy chooses is among them.
        beside: Ids that are waiting to be labelled and are not chosen again.
        how: What picks of the region are said to be: region, or search.

    Raises:
        InputError: Nothing is left to label.
    """
    project, by = features.project, by or me()
    with project.choosing():
        state = project.state()
        n = n or project.options.labelling.batch_size
        askable = without(askable_ids(project, state, by), beside)
        again = repeated_ids(project, state, n, {*held_ids(state, by), *beside})
        shared = [row for row in shared_ids(project, state, n, by) if row not in {*again, *beside}]
        picks = [*(Pick(row, "again") for row in again), *(Pick(row, OVERLAP) for row in shared)]
        if n > len(picks) and not len(askable) and not shared:
            raise nothing_left(project, state, by)
        if n > len(picks) and len(askable):
            picks += _new_picks(features, state, n - len(picks), askable, region, how)
        order = np.random.default_rng(project.options.seed + len(state.batches))
        mixed = [picks[place] for place in order.permutation(len(picks))]
        picks = suggest(train_on(features, state), mixed, state.classes)
        events = [{"event": "batch", "picks": [asdict(pick) for pick in picks]}]
        project.record(events, by)
    return picks


def random_batch(
    project: Project, n: int, by: str | None = None, beside: Collection[int] = ()
) -> list[Pick]:
    """Take the next n of the random order, and write them down in the log.

    Such a batch measures and does nothing else: no suggestion, nobody's answer beside it. Arguments
    as of ``next_batch``.

    Raises:
        InputError: Nothing is left to label.
    """
    by = by or me()
    with project.choosing():
        state = project.state()
        askable = without(askable_ids(project, state, by), beside)
        picks = [Pick(row, "random") for row in _at_random(project, askable, n).tolist()]
        if not picks:
            raise nothing_left(project, state, by)
        project.record([{"event": "batch", "picks": [asdict(pick) for pick in picks]}], by)
    return picks


def _at_random(project: Project, askable: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return the next n ids of the random order that can be asked."""
    order = random_order(len(project.texts), project.settings.random_order)
    return next_in_order(order, np.flatnonzero(not_among(len(order), askable)), n)


def _new_picks(
    features: ProjectFeatures,
    state: State,
    n: int,
    askable: NDArray[np.int64],
    region: Collection[int],
    region_is: str,
) -> list[Pick]:
    """Return the next of the random order, and what the strategy chooses of the rest."""
    project, options = features.project, features.project.options
    share = ceil(options.labelling.random_share * min(n, len(askable)) - 1e-9)
    at_random = _at_random(project, askable, share)
    pool = without(askable, at_random)
    how = options.strategy_name
    if len(region):
        pool, how = np.intersect1d(pool, list(region)), region_is
    wanted = min(n - share, len(pool))
    if options.labelling.set_aside and not len(region):
        offered = without(pool, set_aside(len(project.texts), project.settings.random_order))
        pool = offered if len(offered) >= wanted else pool
    number = len(state.batches)
    unsteered = _without_sample(features, state)
    trained = train_on(features, unsteered)
    seen = observed(features, pool, trained, unsteered)
    strategy = options.strategy if trained else options.first
    chosen = np.empty(0, dtype=np.int64)
    if wanted:
        chosen = strategy.select(seen, wanted, generator(options.seed, "batch", number)).ids
    picks = [Pick(int(row), "random") for row in at_random]
    return picks + [Pick(int(row), how if trained or len(region) else "first") for row in chosen]


def _without_sample(features: ProjectFeatures, state: State) -> State:
    """Return the state without the labels of the random share, for the strategy to look at.

    A strategy that knew them would leave the texts near them alone, which they then need when they
    are predicted from the others: the measured accuracy would be too low.
    """
    order = features.project.settings.random_order
    sample = set(state.random_ids(len(features.rows), order).tolist())
    return replace(state, labels={k: v for k, v in state.labels.items() if k not in sample})


def train_on(features: ProjectFeatures, state: State) -> Trained | None:
    """Train on all labels; None while they are of fewer than two classes."""
    if len(np.unique(state.targets)) < 2:
        return None
    learner = features.learner(len(state.classes))
    return learner.train(state.ids, state.targets, "head", keep_epochs=True)


def suggest(
    trained: Trained | None,
    picks: Sequence[Pick],
    classes: Sequence[str],
) -> list[Pick]:
    """Add the two most likely classes and their probabilities to each pick.

    What others or the same person have answered gets none: the model has learnt that answer, and
    would give it away.
    """
    if trained is None:
        return list(picks)
    ids = torch.tensor([pick.id for pick in picks], dtype=torch.int64)
    best = trained.probabilities(ids).topk(2, dim=1)
    return [
        pick
        if pick.asked_before
        else replace(
            pick,
            suggestion=classes[first],
            probability=round(p, 4),
            rival=classes[second],
            rival_probability=round(q, 4),
        )
        for pick, (p, q), (first, second) in zip(
            picks, best.values.tolist(), best.indices.tolist(), strict=True
        )
    ]


def observed(
    features: ProjectFeatures,
    pool: NDArray[np.int64],
    trained: Trained | None,
    state: State,
) -> Observations:
    """Return what the strategy asks to see of the pool; features stand in for Psi at first."""
    if not trained:
        nothing = np.empty((0, len(state.ids)), dtype=np.float32)
        data_map = DataMap(state.ids, state.targets, nothing, nothing.astype(np.bool_))
        trained = Trained(FeaturesAlone(), features.rows, len(state.classes), data_map)
    options = features.project.options
    over = OverActors(options.ray) if options.ray.workers else map
    size = options.labelling.part_size
    return Observations(torch.from_numpy(pool), trained, part_size=size, over=over)
