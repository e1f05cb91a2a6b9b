"""What a reader gives back: the rows of one file, each with the place it came from."""

import difflib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cartolearn.errors import InputError

PLACES = 1 << 40  # beyond it a place counts the files of a folder
KINDS = (".parquet",), (".arrow",), (".csv",), (".tsv",), (".jsonl", ".ndjson")

_ADDRESS = re.compile(r"[a-z][a-z0-9+]+:/")  # of something elsewhere


@dataclass(frozen=True, eq=False)
class Table:
    """The texts and labels of one file.

    Attributes:
        path: The file.
        texts: R texts, as they stand in the file.
        labels: R labels as strings; an empty one means that the label is missing.
        places: R numbers: where each row begins, counted from 1 in ``unit``.
        unit: "line", or "row" for a file without lines.
    """

    path: Path
    texts: list[str]
    labels: list[str]
    places: Sequence[int]
    unit: str = "line"

    def where(self, row: int) -> str:
        """Tell a reader of an error where row ``row`` (from 0) stands."""
        return place(self.path, self.places[row], self.unit)


def place(path: Path, number: int, unit: str = "line") -> str:
    """Name a place in a file, as every error message does; of a folder, in one of its files."""
    if number >= PLACES:
        path, number = tables_in(path)[number // PLACES - 1], number % PLACES
    return f"{path}, {unit} {number}"


@lru_cache(maxsize=8)
def tables_in(folder: Path) -> list[Path]:
    """Return the tables in a folder, sorted: Parquet files, or else those of the one kind there is.

    Hidden files are left out.
    """
    files = sorted(file for file in folder.rglob("*") if not _is_hidden(file.relative_to(folder)))
    kinds = [[f for f in files if f.suffix.lower() in kind and f.is_file()] for kind in KINDS]
    found = list(filter(None, kinds))
    return found[0] if len(found) == 1 or kinds[0] else []


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def column_index(where: Path | str, header: Sequence[str], column: str, advice: str = "") -> int:
    """Return the position of ``column`` in the ``header`` found at ``where``; else give ``advice``.

    Raises:
        InputError: No such column (the nearest name is given), or two of that name.
    """
    count = header.count(column)
    if count == 1:
        return header.index(column)
    if count > 1:
        raise InputError(f"{where}: {count} columns are called {column!r}; rename all but one")
    near = difflib.get_close_matches(column, header, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    has = ", ".join(header) or "none"
    raise InputError(f"{where} has no column {column!r}.{hint} It has: {has}{advice}")


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what the system says of an unreadable file into an InputError.

    Raises:
        InputError: Missing, a folder, not permitted, empty, or not UTF-8 (with the line).
    """
    try:
        if path.stat().st_size == 0 and path.is_file():
            raise InputError(f"{path} is empty; is the download or copy complete?")
        yield
    except UnicodeDecodeError as error:
        raise InputError(_not_utf8(path)) from error
    except FileNotFoundError as error:
        far = "; download it first" if _ADDRESS.match(str(path)) else ""
        raise InputError(f"there is no file {path}{far}") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error


def _not_utf8(path: Path) -> str:
    data = path.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        spot = place(path, before.count(b"\n") + 1)
        byte = f"0x{data[error.start]:02x}"
        return f"{spot}: not UTF-8 text (byte {byte}); save the file again as UTF-8"
    return f"{path}: not UTF-8 text; save the file again as UTF-8"
