"""Checksums: of texts, of files, and of a folder whose files are not to change any more."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cartolearn.errors import InputError
from cartolearn.files import in_shell, write_text
from cartolearn.plain_data import read_bytes

SUMS = "SHA256SUMS"
LARGEST = 1 << 24
LINE = re.compile(r"([0-9a-f]{64})  ([\w./-]+)")


@dataclass(frozen=True)
class Finding:
    """Something damaged: which file, what is wrong with it, and how it can be had again."""

    path: Path
    problem: str
    restore: str


def of_texts(texts: Sequence[str]) -> str:
    """Return one SHA-256 over all texts; their lengths keep "a", "bc" apart from "ab", "c".

    Texts that know their own, as ``sha256``, are not gone through.
    """
    known = getattr(texts, "sha256", None)
    if known is not None:
        return str(known)
    lengths: NDArray[np.int64] = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    digest = hashlib.sha256(lengths.tobytes())
    digest.update("".join(texts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def of_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path, names: Iterable[str]) -> None:
    """Write down the checksums of files in a folder, in the form that ``sha256sum -c`` reads."""
    lines = [f"{of_file(folder / name)}  {name}\n" for name in names]
    write_text(folder / SUMS, "".join(lines))


def damaged(folder: Path, *names: str) -> list[str]:
    """Return which files are not, or no longer, those that were written; empty without checksums.

    Args:
        folder: The folder.
        names: Files to check, of those that have a checksum; none means all that have one.
    """
    try:
        text = read_bytes(folder / SUMS, LARGEST).decode("utf-8")
    except FileNotFoundError:
        return []
    except (OSError, ValueError):
        return [SUMS]
    lines = [LINE.fullmatch(line) for line in text.splitlines()]
    if not text.endswith("\n") or not all(lines):
        return [SUMS]
    sums = {line[2]: line[1] for line in lines if line}
    return [
        name
        for name in names or sums
        if name in sums and _of_file_or_none(folder / name) != sums[name]
    ]


def check_sums(folder: Path, *names: str) -> None:
    """Refuse a folder some of whose files are damaged.

    Raises:
        InputError: A file is not the one that was written.
    """
    wrong = damaged(folder, *names)
    if wrong:
        raise InputError(
            f"{folder / wrong[0]} is damaged or was changed after the run had finished"
            f" (its checksum is wrong). See what can be restored:"
            f" cartolearn check {in_shell(folder)}"
        )


def _of_file_or_none(path: Path) -> str | None:
    try:
        return of_file(path)
    except OSError:
        return None
