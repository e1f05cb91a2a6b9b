"""The data map: what a model's training dynamics say about each labelled instance.

Swayamdipta et al. (2020); Zhang & Plank (2021), equations 1 to 3.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cartolearn.errors import InputError
from cartolearn.files import atomic_write


@dataclass(frozen=True, eq=False)
class DataMap:
    """Per-epoch gold-label probabilities of L instances over E epochs.

    Attributes:
        ids: int64 [L], row ids in the dataset.
        labels: int64 [L], gold labels.
        gold_probabilities: float32 [E, L], p(gold | x) at the end of each epoch.
        correct: bool [E, L], whether the prediction at the end of each epoch was the gold label.
    """

    ids: NDArray[np.int64]
    labels: NDArray[np.int64]
    gold_probabilities: NDArray[np.float32]
    correct: NDArray[np.bool_]

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Mean over the epochs of p(gold), float64 [L] (equation 1)."""
        return self.gold_probabilities.mean(axis=0, dtype=np.float64)

    @property
    def variability(self) -> NDArray[np.float64]:
        """Population standard deviation over the epochs of p(gold), float64 [L] (equation 2)."""
        return self.gold_probabilities.astype(np.float64).std(axis=0)

    @property
    def correctness(self) -> NDArray[np.float64]:
        """Share of the epochs with a correct prediction, float64 [L] (equation 3)."""
        return self.correct.mean(axis=0, dtype=np.float64)

    def taken(self, places: NDArray[np.int64]) -> Self:
        """Return the map of the instances at these places, int64 [M], in their order."""
        columns = self.gold_probabilities[:, places], self.correct[:, places]
        return type(self)(self.ids[places], self.labels[places], *columns)

    def save(self, path: Path) -> None:
        """Write one row per instance to a Parquet file: statistics first, then the dynamics."""
        import pyarrow as pa
        from pyarrow import parquet

        table = pa.table(
            {
                "id": self.ids,
                "label": self.labels,
                "confidence": self.confidence,
                "variability": self.variability,
                "correctness": self.correctness,
                "p_gold": _rows(self.gold_probabilities, pa.float32()),
                "correct": _rows(self.correct, pa.bool_()),
            }
        )
        with atomic_write(path, sync=False) as temporary:
            parquet.write_table(table, temporary)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file that ``save`` wrote.

        Raises:
            InputError: The file is missing, torn, or no data map.
        """
        import pyarrow as pa
        from pyarrow import parquet

        try:
            table = parquet.read_table(path, columns=["id", "label", "p_gold", "correct"])
            return cls(
                ids=table["id"].to_numpy(),
                labels=table["label"].to_numpy(),
                gold_probabilities=_matrix(table["p_gold"], np.float32),
                correct=_matrix(table["correct"], np.bool_),
            )
        except (OSError, KeyError, ValueError, pa.ArrowException) as error:
            raise InputError(f"{path} is not a data map that can be read: {error}") from error


def _rows(matrix: NDArray[Any], kind: Any) -> Any:
    """Return an [E, L] matrix as a list column of L rows with E values each."""
    import pyarrow as pa

    epochs, instances = matrix.shape
    offsets = np.arange(instances + 1, dtype=np.int32) * epochs
    return pa.ListArray.from_arrays(offsets, pa.array(matrix.T.ravel(), type=kind))


def _matrix(column: Any, dtype: type) -> NDArray[Any]:
    """Return a list column of L rows with E values each as an [E, L] matrix."""
    flat = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    epochs = len(flat) // max(1, len(column))
    return np.ascontiguousarray(flat.astype(dtype).reshape(len(column), epochs).T)
