"""Passes over many rows, in chunks, without a copy of the features."""

from collections.abc import Iterator

import torch
from torch import Tensor

from cartolearn.models.classifier import Classifier
from cartolearn.text import named

# A chunk's activations stay in the cache of one core or two; 256 costs two cores some percent.
CHUNK_ROWS = 512


def chunks(ids: Tensor, rows: int = CHUNK_ROWS) -> Iterator[tuple[slice, Tensor]]:
    """Split ids, int64 [N], into nearly equal chunks of at most ``rows``, with their places.

    Nearly equal, because matrix products of very few rows round differently from large ones: no
    chunk is tiny unless N is, so a row's result does not depend on where the chunks end.
    """
    start = 0
    for chunk in ids.tensor_split(max(1, -(-len(ids) // rows))):
        yield slice(start, start + len(chunk)), chunk
        start += len(chunk)


def refuse_nan(values: Tensor, ids: Tensor, what: str = "p(y | x)") -> None:
    """Raise FloatingPointError naming the ids [B] of values [..., B, C] that are not finite."""
    if values.sum().isfinite():  # quick, and an overflowing sum of finite values goes on below
        return
    finite = values.isfinite().all(dim=-1)
    if not finite.all():
        rows = ids[~finite.reshape(-1, len(ids)).all(dim=0)]
        raise FloatingPointError(f"{what} of {named(rows)} is not finite")


@torch.inference_mode()
def probabilities(
    classifier: Classifier, features: Tensor, ids: Tensor, rows: int = CHUNK_ROWS
) -> Tensor:
    """Return p(y | x), float32 [N, C], of the rows ``ids`` [N] of ``features`` [R, d].

    Raises:
        FloatingPointError: A probability is not finite; the message names row ids.
    """
    classifier.eval()
    out = torch.empty(len(ids), classifier.head.out_features)
    for place, chunk in chunks(ids, rows):
        x = features[chunk].to(classifier.device)
        out[place] = classifier(x).softmax(dim=1).cpu()
        refuse_nan(out[place], chunk)
    return out
