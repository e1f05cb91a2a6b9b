"""The texts of a project: a Parquet file of ids, from 0, and texts, written once, read in parts."""

import ctypes
import hashlib
import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from cartolearn.errors import InputError
from cartolearn.files import atomic_write
from cartolearn.text import one_line

GROUP = 8192  # texts that are read together
HELD = 16  # such groups in memory
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # as glibc numbers them
FEW = 2  # of so many, all texts are held, since others of them are likely to come


@dataclass(frozen=True)
class ProjectTexts:
    """Texts of which the first ``known`` are the project's; an embedding learns from these."""

    texts: Sequence[str]
    known: int

    @property
    def train_ids(self) -> NDArray[np.int64]:
        """The project's texts, int64 [known]."""
        return np.arange(self.known, dtype=np.int64)


class KeptTexts(Sequence[str]):
    """The texts of a file that ``write_texts`` wrote, by id; only some of them are in memory.

    Raises:
        InputError: The file cannot be read; in the constructor, or when a text is asked for.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: OrderedDict[int, list[str]] = OrderedDict()
        self._lock = Lock()
        with self._readable():
            from pyarrow.parquet import ParquetFile

            self._file = ParquetFile(path)
            groups = range(self._file.num_row_groups)
            sizes = [self._file.metadata.row_group(group).num_rows for group in groups]
        self._ends = np.cumsum(np.array(sizes, dtype=np.int64))

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    @overload
    def __getitem__(self, rows: int) -> str: ...
    @overload
    def __getitem__(self, rows: slice) -> list[str]: ...
    def __getitem__(self, rows: int | slice) -> str | list[str]:
        """Return a text by its id, or a list of those of a slice."""
        if isinstance(rows, slice):
            return self.take(np.arange(*rows.indices(len(self)), dtype=np.int64))
        if not -len(self) <= rows < len(self):
            raise IndexError(rows)
        row = rows % len(self)
        group = int(np.searchsorted(self._ends, row, side="right"))
        return self._texts(group)[row - int(self._ends[group])]  # counted from the group's end

    def __iter__(self) -> Iterator[str]:
        """Yield all texts, a group at a time in memory."""
        for group in range(len(self._ends)):
            yield from self._read(group)

    def take(self, ids: NDArray[np.int64]) -> list[str]:
        """Return the texts of ids, int64 [n], in their order; each group is read once.

        Where they are of a few groups, these are held; of many, only what is asked for.
        """
        ids = np.asarray(ids, dtype=np.int64)
        of_id = np.searchsorted(self._ends, ids, side="right")
        found: list[str] = [""] * len(ids)
        order = np.argsort(of_id, kind="stable")
        groups, starts = np.unique(of_id[order], return_index=True)
        for group, places in zip(groups.tolist(), np.split(order, starts[1:]), strict=False):
            texts = self._texts(group) if len(groups) <= FEW else self._read(group)
            end = int(self._ends[group])
            for place in places.tolist():
                found[place] = texts[int(ids[place]) - end]  # counted from the group's end
        return found

    @cached_property
    def sha256(self) -> str:
        """What ``checksums.of_texts`` gives; ids are checked on the way.

        Raises:
            InputError: The ids are not 0, 1, 2, ..., or something is no text.
        """
        import pyarrow.compute as pc

        lengths: list[NDArray[np.int64]] = []
        digest = hashlib.sha256()
        for counted in (True, False):
            if not counted:
                digest = hashlib.sha256(np.concatenate([*lengths, np.empty(0, np.int64)]).tobytes())
            start = 0
            for batch in self._batches(["id", "text"] if counted else ["text"]):
                texts = batch.column("text")
                if counted:
                    with self._readable():
                        self._check(batch, start)
                    lengths.append(np.from_dlpack(pc.utf8_length(texts)).astype(np.int64))
                else:
                    digest.update(_bytes(texts))
                start += batch.num_rows
        give_back()
        return digest.hexdigest()

    def _check(self, batch: Any, start: int) -> None:
        import pyarrow as pa

        ids, texts = batch.column("id"), batch.column("text")
        fine = pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)
        fine = fine and pa.types.is_int64(ids.type) and not texts.null_count + ids.null_count
        wanted = np.arange(start, start + batch.num_rows)
        if not fine or not np.array_equal(np.from_dlpack(ids), wanted):
            raise InputError(
                f"{self.path} does not hold texts with ids 0, 1, 2, ...; restore it from a copy"
            )

    def _batches(self, columns: list[str]) -> Iterator[Any]:
        with self._lock, self._readable():
            for batch in self._file.iter_batches(GROUP, columns=columns, use_threads=False):
                batch.validate(full=True)
                yield batch

    def _texts(self, group: int) -> list[str]:
        """Return the texts of a group, and hold them."""
        texts = self._read(group)
        with self._lock:
            self._held[group] = texts
            self._held.move_to_end(group)
            while len(self._held) > HELD:
                self._held.popitem(last=False)
        return texts

    def _read(self, group: int) -> list[str]:
        """Return the texts of a group, read anew where they are not held."""
        with self._lock:
            if group not in self._held:
                with self._readable():
                    table = self._file.read_row_group(group, columns=["text"], use_threads=False)
                    texts: list[str] = table["text"].to_pylist()
                    return texts
            return self._held[group]

    @contextmanager
    def _readable(self) -> Iterator[None]:
        import pyarrow as pa

        try:
            yield
        except (OSError, KeyError, ValueError, BufferError, pa.ArrowException) as error:
            reason = one_line(error)
            raise InputError(
                f"{self.path} cannot be read: {reason}; restore it from a copy"
            ) from error


def write_texts(path: Path, texts: Iterable[str]) -> None:
    """Write texts with their ids, whole or not at all; they are gone through once."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([("id", pa.int64()), ("text", pa.string())])
    start = 0
    with atomic_write(path) as temporary, parquet.ParquetWriter(temporary, schema) as writer:
        left = iter(texts)
        while some := list(islice(left, GROUP)):
            ids = range(start, start + len(some))
            writer.write_table(pa.table({"id": ids, "text": some}, schema=schema))
            start += len(some)


def read_texts(path: Path) -> KeptTexts:
    """Return the texts, by id.

    Raises:
        InputError: The file cannot be read, or its ids are not 0, 1, 2, ...
    """
    texts = KeptTexts(path)
    texts.sha256  # noqa: B018  (checks the ids)
    return texts


def keep_little() -> None:
    """Have what is free given back, in this process, by Arrow and by the C library.

    glibc keeps blocks of up to 32 MiB for later once one was freed; from here on, up to 1 MiB.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", lambda *_: None)
        for option in (M_MMAP_THRESHOLD, M_TRIM_THRESHOLD):
            mallopt(option, 1 << 20)


def give_back() -> None:
    """Give memory back that Arrow holds for later; after ``keep_little`` all that is free."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _bytes(texts: Any) -> bytes:
    """Return the texts of an Arrow array one after the other, as UTF-8."""
    import pyarrow as pa

    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, offsets, data = texts.buffers()
    if data is None:
        return b""
    ends = np.frombuffer(offsets, dtype=kind)[texts.offset : texts.offset + len(texts) + 1]
    return bytes(memoryview(data)[int(ends[0]) : int(ends[-1])])
