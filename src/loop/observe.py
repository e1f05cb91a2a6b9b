"""Computing what a strategy needs, and only that, in one pass over the pool."""

from functools import cache, partial
from typing import Any

import torch
from torch import Tensor

from src.cartography.data_map import DataMap
from src.cartography.pool_dynamics import pool_dynamics
from src.models.classifier import Classifier
from src.models.dropout import dropout_moments
from src.models.predict import CHUNK_ROWS, chunks, refuse_nan
from src.strategies.observations import Need, Observations, PoolFunction

POOL = frozenset[Need]({"probabilities", "representations", "joint_representations"})
LABELLED = frozenset[Need](
    {"labelled_probabilities", "labelled_representations", "joint_representations"}
)
STORED = frozenset[Need]({"representations", "labelled_representations", "joint_representations"})


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
    parts = [torch.from_numpy(data_map.ids) if needs & LABELLED else torch.empty(0).long()]
    parts += [pool_ids if needs & POOL else torch.empty(0).long()]
    joint = torch.empty(sum(map(len, parts)) if needs & STORED else 0, classifier.head.in_features)
    p = [
        torch.empty(len(ids), classifier.head.out_features) if name in needs else None
        for name, ids in zip(("labelled_probabilities", "probabilities"), parts, strict=True)
    ]
    psi = joint.split([len(ids) for ids in parts]) if len(joint) else (None, None)
    for ids, probabilities, representations in zip(parts, p, psi, strict=True):
        _pass(classifier, features, ids, probabilities, representations, rows)
    given: dict[str, Any] = {
        "probabilities": p[1],
        "representations": psi[1],
        "labelled_probabilities": p[0],
        "labelled_representations": psi[0],
        "joint_representations": joint,
        "map_pool": partial(_map, classifier, features, pool_ids, psi[1], rows),
        "represent": partial(_represent, classifier, features, pool_ids, rows),
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


def _pass(
    classifier: Classifier,
    features: Tensor,
    ids: Tensor,
    probabilities: Tensor | None,
    representations: Tensor | None,
    rows: int,
) -> None:
    """Fill in p(y | x), float32 [N, C], and Psi(x), float32 [N, h], of the rows ``ids``."""
    for place, chunk in chunks(ids, rows):
        psi = classifier.represent(features[chunk].to(classifier.device))
        if probabilities is None:
            refuse_nan(psi, chunk, "Psi(x)")
        else:
            probabilities[place] = _classified(classifier, psi, chunk)
        if representations is not None:
            representations[place] = psi.cpu()


@torch.no_grad()
def _classified(classifier: Classifier, psi: Tensor, ids: Tensor) -> Tensor:
    """Return p(y | x), float32 [B, C], of representations [B, h] of the rows ``ids`` [B]."""
    p = classifier.classify(psi).softmax(dim=1).cpu()
    refuse_nan(p, ids)
    return p


@torch.no_grad()
def _map(
    classifier: Classifier,
    features: Tensor,
    pool_ids: Tensor,
    representations: Tensor | None,
    rows: int,
    function: PoolFunction,
) -> Tensor:
    """Return ``function`` of the pool, see ``Observations.map_pool``; uses a held Psi if any.

    The results get their place beforehand: small blocks between those of the chunks would split
    the heap, and it would grow with every chunk.
    """
    out = torch.empty(0)
    for place, chunk in chunks(pool_ids, rows):
        if representations is not None and len(representations):
            psi = representations[place].to(classifier.device)
        else:
            psi = classifier.represent(features[chunk].to(classifier.device))
        refuse_nan(psi, chunk, "Psi(x)")
        value = function(psi.cpu(), partial(_classified, classifier, psi, chunk))
        if not len(out):
            out = value.new_empty(len(pool_ids), *value.shape[1:])
        out[place] = value
    return out


def _represent(
    classifier: Classifier, features: Tensor, pool_ids: Tensor, rows: int, positions: Tensor
) -> Tensor:
    """Return Psi(x), float32 [M, h], of pool positions, int64 [M]."""
    return _map(classifier, features, pool_ids[positions], None, rows, lambda psi, _: psi)
