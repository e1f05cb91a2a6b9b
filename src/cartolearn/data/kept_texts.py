"""The texts of a project: a Parquet file of ids, from 0, and texts, written once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cartolearn.errors import InputError
from cartolearn.files import atomic_write
from cartolearn.text import one_line


@dataclass(frozen=True)
class ProjectTexts:
    """Texts of which the first ``known`` are the project's; an embedding learns from these."""

    texts: list[str]
    known: int

    @property
    def train_ids(self) -> NDArray[np.int64]:
        """The project's texts, int64 [known]."""
        return np.arange(self.known, dtype=np.int64)


def write_texts(path: Path, texts: Sequence[str]) -> None:
    """Write texts with their ids, whole or not at all."""
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({"id": pa.array(range(len(texts)), pa.int64()), "text": list(texts)})
    with atomic_write(path) as temporary:
        parquet.write_table(table, temporary)


def read_texts(path: Path) -> list[str]:
    """Return the texts, by id.

    Raises:
        InputError: The file cannot be read, or its ids are not 0, 1, 2, ...
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            table = file.read(columns=["id", "text"])
        ids = np.from_dlpack(table["id"].combine_chunks())  # its to_numpy would import pandas
        texts: list[str] = table["text"].to_pylist()
    except (OSError, KeyError, ValueError, BufferError, pa.ArrowException) as error:
        reason = one_line(error)
        raise InputError(f"{path} cannot be read: {reason}; restore it from a copy") from error
    if not np.array_equal(ids, np.arange(len(texts))) or not all(isinstance(t, str) for t in texts):
        raise InputError(
            f"{path} does not hold texts with ids 0, 1, 2, ...; restore it from a copy"
        )
    return texts
