"""An index of the rows of features by direction (HNSW, of usearch), for the nearest of a row.

It is approximate, and built once: of a pool of ten million, looking at every row takes a while each
time. It is kept in the user's own cache, never in a project: the library trusts what it opens.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.embeddings.features import ROWS, Features
from cartolearn.embeddings.progress import progress_bar
from cartolearn.errors import InputError
from cartolearn.files import at_home, atomic_write

FOLDER = "neighbours"
CONNECTIVITY = 16  # edges of a row
WIDER = 4  # how many times as many are asked for when too few of those found may be taken
EXPANSION = 128  # rows that are looked at around an answer

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The index of all rows of some features.

    Attributes:
        features: The rows.
        index: By usearch, mapped from the disk.
    """

    features: Features
    index: Any

    @classmethod
    def of(cls, features: Features, cache_dir: Path | str, threads: int = 1) -> "Neighbours":
        """Open the index of features, which is built first where there is none.

        Raises:
            InputError: The package usearch is not installed, or the features lie in no folder.
        """
        try:
            from usearch.index import Index
        except ImportError as error:
            raise InputError(
                "labelling.like=index needs the extra package:"
                " pip install 'cartography-active-learning[neighbours]'"
            ) from error
        if not features.key or features.mean is not None:
            raise InputError("labelling.like=index needs features on the disk; take exact")
        path = at_home(cache_dir) / FOLDER / f"{features.key}.usearch"
        if not path.exists():
            _build(path, features, threads)
        return cls(features, Index.restore(str(path), view=True))

    def nearest(
        self, wanted: NDArray[np.float32], allowed: NDArray[np.bool_], count: int
    ) -> NDArray[np.int64] | None:
        """Return about the ``count`` allowed rows nearest to one in cosine, the nearest first.

        Args:
            wanted: float32 [d].
            allowed: bool [R], which rows may be taken.
            count: How many.

        Returns:
            int64 [count]; None where too few of what was found may be taken: look at all, then.
        """
        asked = WIDER * count
        while asked <= len(self.features) // WIDER:
            found = np.asarray(self.index.search(wanted, asked).keys).astype(np.int64)
            found = np.sort(found[allowed[found]])
            if len(found) >= count:
                return _ordered(self.features[found].numpy(), wanted, found)[:count]
            asked *= WIDER
        return None


def cosines(rows: NDArray[np.float32], wanted: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cosine of each of rows [M, d] with one [d]; 0 where either has no length."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(wanted)
    return np.asarray(rows @ wanted / np.maximum(lengths, 1e-12), dtype=np.float32)


def _ordered(
    rows: NDArray[np.float32], wanted: NDArray[np.float32], ids: NDArray[np.int64]
) -> NDArray[np.int64]:
    return ids[np.argsort(-cosines(rows, wanted).astype(np.float64), kind="stable")]


def _build(path: Path, features: Features, threads: int) -> None:
    from usearch.index import Index

    index = Index(
        ndim=features.shape[1],
        metric="cos",
        dtype="f16",
        connectivity=CONNECTIVITY,
        expansion_search=EXPANSION,
    )
    with progress_bar("Indexing the texts", len(features)) as advance:
        for start in range(0, len(features), ROWS):
            rows = features[start : start + ROWS].numpy()
            index.add(np.arange(start, start + len(rows)), rows, threads=threads)
            advance(start)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as temporary:
        index.save(str(temporary))
    log.info("index of %d rows: %s", len(features), path)
