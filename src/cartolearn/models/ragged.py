"""Rows of different lengths: token ids, hidden states, weighted n-grams."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from cartolearn.embeddings.progress import progress_bar

ONE_CHUNK = 4096  # tokens, padding included: activations of more leave the cache of a core
MOST_ROWS = 512
AT_MOST = 2**30  # bytes of vectors that are kept
ROUNDS = 32  # whose frozen features may cost as much as those of all texts
Embed = Callable[[Tensor | None], Tensor]


@dataclass(frozen=True, eq=False)
class Ragged:
    """R rows in one flat tensor. A batch is padded to the longest of its own rows only.

    Attributes:
        values: int64 [T] token ids, float32 [T, k] vectors, or int32 [T, 2] pairs, row after row.
        starts: int64 [R], where each row begins in ``values``.
        lengths: int64 [R], at least 1.
        width: Size of the vocabulary.
        embed: Gives the frozen features of all texts of the dataset; only some rows have to be
            right, where these are given, int64 [M].
        seen: Those rows.
    """

    values: Tensor
    starts: Tensor
    lengths: Tensor
    width: int
    embed: Embed
    seen: Tensor | None = None

    @classmethod
    def of(cls, values: Tensor, lengths: Tensor, width: int, embed: Embed) -> "Ragged":
        """Return rows that stand in ``values`` one after the other."""
        return cls(values, lengths.cumsum(0) - lengths, lengths, width, embed)

    @property
    def features(self) -> Tensor:
        """Frozen features, float32 [R, d], for strategies that look at texts without a model."""
        return self.embed(self.seen)

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, ids: Tensor | slice) -> Tensor:
        """Return rows [B], padded with -1 (ids [B, T], pairs) or NaN (vectors [B, T, k])."""
        starts, lengths = self.starts[ids], self.lengths[ids]
        steps = torch.arange(int(lengths.amax()) if len(lengths) else 1, device=starts.device)
        there = steps < lengths[:, None]
        batch = self.values[torch.where(there, starts[:, None] + steps, 0).to(self.values.device)]
        padding = torch.nan if batch.is_floating_point() else -1
        absent = ~there.to(batch.device)
        return batch.masked_fill_(absent.reshape(*absent.shape, *[1] * (batch.dim() - 2)), padding)

    def some(self, ids: Tensor) -> "Ragged":
        """Return the rows ``ids``, int64 [M], as inputs of their own."""
        return replace(self, starts=self.starts[ids], lengths=self.lengths[ids])

    def seeing(self, ids: Tensor) -> "Ragged":
        """Return the same for a round that looks at rows ``ids``, int64 [M], alone.

        The features of others may be NaN then, unless ``ROUNDS`` such rounds would cost more than
        the features of all texts, which are computed once. It does not depend on other rounds.
        """
        return replace(self, seen=ids if ROUNDS * len(ids) <= len(self) else None)

    def chunks(self, ids: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Split ids, int64 [N], in the order of their lengths, with their places in ``ids``."""
        if not len(ids):
            yield torch.arange(0), ids
            return
        order = self.lengths[ids].argsort(stable=True)
        lengths = self.lengths[ids][order].tolist()
        start = 0
        while start < len(order):
            end = start + 1
            while (
                end < len(order)
                and end - start < MOST_ROWS
                and (end + 1 - start) * lengths[end] <= ONE_CHUNK
            ):
                end += 1
            yield order[start:end], ids[order[start:end]]
            start = end

    @torch.no_grad()
    def through(self, function: Callable[[Tensor], Tensor], device: torch.device) -> "Ragged":
        """Return what ``function`` makes of every row: vectors [B, T, k] padded with NaN.

        Where it makes no vectors, or more of them than ``AT_MOST``, the rows stay what they are.
        """
        values, done = torch.empty(0), 0
        starts = self.lengths.cumsum(0) - self.lengths
        with progress_bar("Passing the frozen layers", len(self)) as advance:
            for _, ids in self.chunks(torch.arange(len(self))):
                out = function(self[ids].to(device))
                size = int(self.lengths.sum()) * out.shape[-1] * out.element_size()
                if out.dim() < 3 or size > AT_MOST:
                    return self
                if not len(values):
                    values = out.new_empty(int(self.lengths.sum()), out.shape[2])
                steps = torch.arange(out.shape[1])
                there = steps < self.lengths[ids][:, None]
                values[(starts[ids][:, None] + steps)[there].to(device)] = out[there.to(device)]
                done += len(ids)
                advance(done)
        return replace(self, values=values, starts=starts)
