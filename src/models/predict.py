"""Passes over many rows, in chunks, without a copy of the features."""

from collections.abc import Iterator

import torch
from torch import Tensor

from src.models.classifier import Classifier

CHUNK_ROWS = 1024


def chunks(ids: Tensor, rows: int = CHUNK_ROWS) -> Iterator[tuple[slice, Tensor]]:
    """Split ids, int64 [N], into nearly equal chunks of at most ``rows``, with their places.

    Nearly equal, because matrix products of very few rows round differently from large ones: no
    chunk is tiny unless N is, so a row's result does not depend on where the chunks end.
    """
    start = 0
    for chunk in ids.tensor_split(max(1, -(-len(ids) // rows))):
        yield slice(start, start + len(chunk)), chunk
        start += len(chunk)


def refuse_nan(probabilities: Tensor, ids: Tensor) -> None:
    """Raise FloatingPointError naming the ids [B] whose p(y | x), float [..., B, C], is NaN."""
    bad = probabilities.isnan().any(dim=-1)
    if bad.any():
        rows = ids[bad.reshape(-1, len(ids)).any(dim=0)][:5].tolist()
        raise FloatingPointError(f"p(y | x) of rows {rows} is NaN")


@torch.inference_mode()
def probabilities(
    classifier: Classifier, features: Tensor, ids: Tensor, rows: int = CHUNK_ROWS
) -> Tensor:
    """Return p(y | x), float32 [N, C], of the rows ``ids`` [N] of ``features`` [R, d].

    Raises:
        FloatingPointError: A probability is NaN; the message names row ids.
    """
    classifier.eval()
    out = torch.empty(len(ids), classifier.head.out_features)
    for place, chunk in chunks(ids, rows):
        x = features[chunk].to(classifier.device)
        out[place] = classifier(x).softmax(dim=1).cpu()
        refuse_nan(out[place], chunk)
    return out
