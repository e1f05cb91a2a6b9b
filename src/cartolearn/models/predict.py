"""Passes over many rows, in chunks, without a copy of the inputs."""

from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor

from cartolearn.models.protocol import InParts, Inputs, Matrix, Texts
from cartolearn.models.side_by_side import Map
from cartolearn.text import named

# A chunk's activations stay in the cache of one core or two; 256 costs two cores some percent.
CHUNK_ROWS = 512
Place = Any  # where a chunk's rows go: a slice, or int64 [B] where rows are taken by length


def chunks(ids: Tensor, rows: int = CHUNK_ROWS) -> Iterator[tuple[slice, Tensor]]:
    """Split ids, int64 [N], into nearly equal chunks of at most ``rows``, with their places.

    Nearly equal, because matrix products of very few rows round differently from large ones: no
    chunk is tiny unless N is, so a row's result does not depend on where the chunks end.
    """
    start = 0
    for chunk in ids.tensor_split(max(1, -(-len(ids) // rows))):
        yield slice(start, start + len(chunk)), chunk
        start += len(chunk)


def chunks_of(
    inputs: Inputs, ids: Tensor, rows: int = CHUNK_ROWS
) -> Iterator[tuple[Place, Tensor]]:
    """Split ids, int64 [N], into the chunks in which a model reads them, with their places."""
    yield from inputs.chunks(ids) if isinstance(inputs, InParts) else chunks(ids, rows)


def width(inputs: Matrix | Texts) -> int:
    """Return the columns of features, or the size of the vocabulary of tokens and n-grams."""
    return inputs.shape[1] if isinstance(inputs, Matrix) else inputs.width


def refuse_nan(values: Tensor, ids: Tensor, what: str = "p(y | x)") -> None:
    """Raise FloatingPointError naming the ids [B] of values [..., B, C] that are not finite."""
    if values.sum().isfinite():  # quick, and an overflowing sum of finite values goes on below
        return
    finite = values.isfinite().all(dim=-1)
    if not finite.all():
        rows = ids[~finite.reshape(-1, len(ids)).all(dim=0)]
        raise FloatingPointError(f"{what} of {named(rows)} is not finite")


def joined(
    parts: Iterator[tuple[Place, Tensor]],
    total: int,
    value: Callable[[Tensor], Tensor],
    over: Map = map,
) -> Tensor:
    """Return what ``value`` gives for chunks of N = ``total`` rows, put in place; ``over`` maps.

    The results get their place beforehand: small blocks between those of the chunks would split
    the heap, and it would grow with every chunk.
    """
    place, chunk = next(parts)
    first = value(chunk)
    if len(first) == total and isinstance(place, slice):
        return first
    out = first.new_empty(total, *first.shape[1:])
    out[place] = first

    def fill_in(part: tuple[Place, Tensor]) -> None:
        out[part[0]] = value(part[1])

    for _ in over(fill_in, parts):
        pass
    return out
