"""Features of a pool as one matrix of rows, whatever number of shards hold them."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.embeddings.base import EmbeddingReport
from cartolearn.embeddings.manifest import Manifest

ROWS = 8192


class Features:
    """R rows of d features, float32 when they are taken, one after the other in shards.

    Rows are read when they are asked for: shards that are mapped from a disk take no memory, and
    of a pool larger than memory only the rows of a chunk are held. Row i is the text with id i.

    Args:
        shards: Tensors [R_s, d], float32 or float16; they are not changed.
        report: What became of the texts.
        mean: float32 [d], taken from every row; None leaves rows as they are.
        scale: float32 [d], by which it is then divided.
        key: What tells these rows from all others; "" for rows that lie in no folder.
        folder: Where the shards lie; another process is sent its name, and maps them itself.
    """

    def __init__(
        self,
        shards: Sequence[Tensor],
        report: EmbeddingReport,
        mean: Tensor | None = None,
        scale: Tensor | None = None,
        key: str = "",
        folder: Path | None = None,
    ) -> None:
        self.shards, self.report, self.key = list(shards), report, key
        self.folder = folder
        self.mean, self.scale = mean, scale
        self.ends = torch.tensor([len(shard) for shard in self.shards]).cumsum(0)
        self.shape = (int(self.ends[-1]), int(self.shards[0].shape[1]))

    def __getstate__(self) -> dict[str, Any]:
        """Leave out shards that lie in a folder."""
        return {**vars(self), "shards": None if self.folder else self.shards}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Map the shards again.

        Raises:
            OSError: One is missing.
            ValueError: Others lie there now.
        """
        vars(self).update(state)
        if self.folder:
            self.shards = self._mapped(self.folder)

    def let_go(self) -> None:
        """Map the shards again: what was read of them takes no memory until it is read again.

        Where they are no longer there, they stay as they are.
        """
        if self.folder:
            with suppress(OSError, ValueError):
                self.shards = self._mapped(self.folder)

    def _mapped(self, folder: Path) -> list[Tensor]:
        manifest = Manifest.read(folder)
        if manifest.key != self.key:
            raise ValueError(f"{folder} holds other features now")
        return manifest.mapped(folder, checked=False)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Tensor | NDArray[Any] | slice) -> Tensor:
        """Return float32 [M, d], of ids int64 [M], of a mask bool [R], or of a slice."""
        if isinstance(rows, slice):
            rows = torch.arange(*rows.indices(len(self)))
        rows = torch.as_tensor(rows).contiguous()
        taken = self._taken(rows.nonzero()[:, 0] if rows.dtype == torch.bool else rows)
        if self.mean is None or self.scale is None:
            return taken
        return (taken - self.mean) / self.scale

    def _taken(self, rows: Tensor) -> Tensor:
        if len(self.shards) == 1 or not len(rows):
            return self.shards[0][rows].float()
        of_row = torch.searchsorted(self.ends, rows, right=True)
        numbers = of_row.unique().tolist()
        if len(numbers) == 1:
            return self._of(numbers[0], rows)
        taken = torch.empty(len(rows), self.shape[1])
        for number in numbers:
            places = (of_row == number).nonzero()[:, 0]
            taken[places] = self._of(number, rows[places])
        return taken

    def _of(self, number: int, rows: Tensor) -> Tensor:
        start = int(self.ends[number]) - len(self.shards[number])
        return self.shards[number][rows - start].float()

    def standardised(self, mean: NDArray[np.float32], scale: NDArray[np.float32]) -> "Features":
        """Return the same rows less a mean [d] and divided by a scale [d], when they are taken."""
        moments = torch.from_numpy(mean), torch.from_numpy(scale)
        return Features(self.shards, self.report, *moments, self.key, self.folder)

    def blocks(self) -> Iterator[Tensor]:
        """Yield all rows, float32 [B, d], from the first to the last."""
        for start in range(0, len(self), ROWS):
            yield self[start : start + ROWS]

    def digest(self) -> str:
        """Return the SHA-256 of all rows as float32: the same in however many shards they lie."""
        digest = hashlib.sha256()
        for block in self.blocks():
            digest.update(np.ascontiguousarray(block.numpy()).data)
        return digest.hexdigest()
