"""The labels that are audited: one column for each source, on the same texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.checksums import of_texts
from cartolearn.errors import InputError
from cartolearn.files import atomic_write
from cartolearn.text import one_line

Ints = NDArray[np.int64]
NONE = -1


@dataclass(frozen=True, eq=False)
class Labels:
    """What each source says of each text.

    Attributes:
        sources: Their names; the first is the one that is audited.
        classes: C names, those that a checker added last.
        given: int64 [S, R], an index into ``classes``; -1 where a source says nothing.
        keys: R ids of the user's own; empty if the file had none.
    """

    sources: list[str]
    classes: list[str]
    given: Ints
    keys: list[str]

    @cached_property
    def rows(self) -> Ints:
        """Ids, int64 [N], of the texts that the audited source labelled, ascending."""
        return np.flatnonzero(self.given[0] != NONE)

    def names(self, source: int) -> list[str]:
        """Return the labels of a source as names, "" for none."""
        named = np.array([*self.classes, ""], dtype=object)
        return list(named[self.given[source]])

    @cached_property
    def digest(self) -> str:
        """A SHA-256 of all labels and keys."""
        columns = [name for number in range(len(self.sources)) for name in self.names(number)]
        return of_texts([*self.sources, *columns, *self.keys])


def numbered(names: Sequence[str], classes: Sequence[str]) -> Ints:
    """Return names as indices into ``classes``; -1 for an empty one."""
    index: dict[str, int] = {"": NONE} | {name: number for number, name in enumerate(classes)}
    return np.fromiter((index[name] for name in names), dtype=np.int64, count=len(names))


def _numbers(column: Any, classes: Sequence[str]) -> Ints:
    """Return a column of names as indices into ``classes``, without a string for each row."""
    from pyarrow import types

    whole = column.combine_chunks()
    if not types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    return numbered(whole.dictionary.to_pylist(), classes)[np.from_dlpack(whole.indices)]


def write_labels(path: Path, labels: Labels) -> None:
    """Write the labels as a Parquet file: id, key, and a column for each source."""
    import pyarrow as pa
    from pyarrow import parquet

    columns: dict[str, Any] = {"id": pa.array(range(labels.given.shape[1]), pa.int64())}
    if labels.keys:
        columns["key"] = pa.array(labels.keys, pa.string())
    for number in range(len(labels.sources)):
        names = pa.array(labels.names(number), pa.string())
        columns[f"label {number}"] = names.dictionary_encode()
    with atomic_write(path) as temporary:
        parquet.write_table(pa.table(columns), temporary)


def read_labels(path: Path, sources: Sequence[str], classes: Sequence[str]) -> Labels:
    """Return the labels of a project.

    Raises:
        InputError: The file cannot be read, or names a class that is none.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            table = file.read()
        table.validate(full=True)  # an index beyond its dictionary is read without a word
        keys = table["key"].to_pylist() if "key" in table.column_names else []
        columns = [table[f"label {number}"] for number in range(len(sources))]
        given = np.array([_numbers(column, classes) for column in columns])
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        reason = one_line(error)
        raise InputError(f"{path} cannot be read: {reason}; restore it from a copy") from error
    return Labels(list(sources), list(classes), given, keys)
