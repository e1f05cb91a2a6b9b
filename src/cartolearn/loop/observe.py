"""Computing what a strategy needs, and only that, in one pass over the pool."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.pool_dynamics import pool_dynamics
from cartolearn.models.classifier import Classifier
from cartolearn.models.dropout import dropout_moments
from cartolearn.models.predict import CHUNK_ROWS, chunks, refuse_nan
from cartolearn.models.side_by_side import Map, side_by_side
from cartolearn.strategies.observations import Need, Observations, PoolFunction
from cartolearn.strategies.rows import PartlyHeld, Rows

LABELLED = frozenset[Need](
    {"labelled_probabilities", "labelled_representations", "joint_representations"}
)
# Of Psi of everything, as much is held as takes this share of the features' memory: with buffers of
# a training it is less than they take. The rest is computed whenever it is taken.
HELD_SHARE = 4 / 5


@torch.no_grad()
def observe(
    classifier: Classifier,
    features: Tensor,
    pool_ids: Tensor,
    data_map: DataMap,
    needs: frozenset[Need],
    rows: int = CHUNK_ROWS,
) -> Observations:
    """Return the observations that ``needs`` names.

    Args:
        classifier: The trained main classifier, with ``epoch_weights`` for pool dynamics.
        features: float32 [R, d], indexed by row id; may be memory-mapped.
        pool_ids: int64 [N], row ids of the pool; sorted here.
        data_map: Training dynamics of the labelled set.
        needs: What to compute.
        rows: Rows in a chunk; the result does not depend on it.

    Raises:
        FloatingPointError: A probability or representation is not finite; the message names ids.
    """
    classifier.eval()
    pool_ids = pool_ids.sort().values
    labelled_ids = torch.from_numpy(data_map.ids) if needs & LABELLED else torch.empty(0).long()
    ids, n_labelled = torch.cat([labelled_ids, pool_ids]), len(labelled_ids)
    n_held = _rows_to_hold(classifier, needs, n_labelled, len(ids), features.shape[1])
    held = torch.empty(n_held, classifier.head.in_features)
    p = {
        name: torch.empty(len(part), classifier.head.out_features) if name in needs else None
        for name, part in (("labelled_probabilities", labelled_ids), ("probabilities", pool_ids))
    }
    _pass(classifier, features, labelled_ids, p["labelled_probabilities"], held[:n_labelled], rows)
    _pass(classifier, features, pool_ids, p["probabilities"], held[n_labelled:], rows)
    psi = PartlyHeld(held, partial(_represent, classifier, features, ids, rows))
    joint = Rows(psi, torch.arange(len(ids)))
    pool = joint.some(slice(n_labelled, None))
    given: dict[str, Any] = p | {
        "representations": held[n_labelled:],
        "labelled_representations": held[:n_labelled],
        "joint_representations": joint,
        "map_pool": partial(_map, classifier, pool, pool_ids, rows),
        "represent": pool.__getitem__,
        "dropout": partial(dropout_moments, classifier, features, pool_ids, rows=rows),
        "pool_dynamics": cache(
            partial(pool_dynamics, classifier, classifier.epoch_weights, features, pool_ids, rows)
        ),
    }
    return Observations(
        pool_ids=pool_ids,
        data_map=data_map,
        n_classes=classifier.head.out_features,
        features=features,
        **{name: given[name] for name in needs},
    )


def _rows_to_hold(
    classifier: Classifier, needs: frozenset[Need], n_labelled: int, total: int, width: int
) -> int:
    """Return of how many rows, the labelled set first, to hold Psi; ``width`` is that of features.

    With dropout on, Psi is another one whenever it is computed: then what trains on it holds all.
    """
    joint = "joint_representations" in needs
    if "representations" in needs or (joint and classifier.dropout_in_evaluation):
        return total
    share = HELD_SHARE * width / classifier.head.in_features if joint else 0
    labelled = n_labelled if "labelled_representations" in needs else 0
    return max(labelled, min(total, round(share * total)))


def _pass(
    classifier: Classifier,
    features: Tensor,
    ids: Tensor,
    probabilities: Tensor | None,
    representations: Tensor,
    rows: int,
) -> None:
    """Fill in p(y | x), float32 [N, C], of the rows ``ids`` and Psi(x), [H, h], of the first H."""
    wanted = ids[: len(representations)] if probabilities is None else ids
    for place, chunk in chunks(wanted, rows):
        psi = classifier.represent(features[chunk].to(classifier.device))
        if probabilities is None:
            refuse_nan(psi, chunk, "Psi(x)")
        else:
            probabilities[place] = _classified(classifier, psi, chunk)
        part = representations[place]
        part.copy_(psi[: len(part)])


@torch.no_grad()
def _classified(classifier: Classifier, psi: Tensor, ids: Tensor) -> Tensor:
    """Return p(y | x), float32 [B, C], of representations [B, h] of the rows ``ids`` [B]."""
    p = classifier.classify(psi.to(classifier.device)).softmax(dim=1).cpu()
    refuse_nan(p, ids)
    return p


def _map(
    classifier: Classifier, pool: Rows, pool_ids: Tensor, rows: int, function: PoolFunction
) -> Tensor:
    """Return ``function`` of the pool, see ``Observations.map_pool``; uses what is held of Psi."""

    @torch.no_grad()
    def value(place: slice, chunk: Tensor) -> Tensor:
        psi = pool[place]
        return function(psi, partial(_classified, classifier, psi, chunk))

    # dropout draws for one chunk after another, and a GPU has many threads of its own
    in_turn = classifier.dropout_in_evaluation or classifier.device.type != "cpu"
    with nullcontext(map) if in_turn else side_by_side(len(pool_ids) // rows) as over:
        return _joined(pool_ids, rows, value, over)


@torch.no_grad()
def _represent(
    classifier: Classifier, features: Tensor, ids: Tensor, rows: int, places: Tensor
) -> Tensor:
    """Return Psi(x), float32 [m, h], of places, int64 [m], in ``ids``."""

    def value(_: slice, chunk: Tensor) -> Tensor:
        psi = classifier.represent(features[chunk].to(classifier.device)).cpu()
        refuse_nan(psi, chunk, "Psi(x)")
        return psi

    return _joined(ids[places], rows, value)


def _joined(
    ids: Tensor, rows: int, value: Callable[[slice, Tensor], Tensor], over: Map = map
) -> Tensor:
    """Return what ``value`` gives for the chunks of ids [N], joined to [N, ...]; ``over`` maps.

    The results get their place beforehand: small blocks between those of the chunks would split
    the heap, and it would grow with every chunk.
    """
    (place, chunk), *others = chunks(ids, rows)
    first = value(place, chunk)
    if not others:
        return first
    out = first.new_empty(len(ids), *first.shape[1:])
    out[place] = first

    def fill_in(part: tuple[slice, Tensor]) -> None:
        out[part[0]] = value(*part)

    for _ in over(fill_in, others):
        pass
    return out
