"""Writing files so that a kill at any moment leaves the old file or the new one, never half."""

import os
import secrets
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cartolearn.errors import InputError
from cartolearn.system import put_on_disk


@contextmanager
def atomic_write(path: Path, *, sync: bool = True) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success rename it to ``path``.

    With ``sync`` it is on the disk before it has its name, so it survives a power cut too. On an
    exception the temporary file is removed and ``path`` is left as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    temporary.touch(exist_ok=False)
    try:
        yield temporary
        if sync:
            put_on_disk(temporary)
        temporary.replace(path)
        if sync:
            put_on_disk(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str, *, sync: bool = True) -> None:
    """Write ``text`` to ``path`` as UTF-8, whole or not at all."""
    with atomic_write(path, sync=sync) as temporary:
        temporary.write_text(text, encoding="utf-8")


def refuse_links(folder: Path, besides: str = "") -> None:
    """Refuse a folder that holds a symbolic link, a pipe or a device, at any depth.

    What a link of somebody else names would be read, overwritten or deleted in its place.

    Args:
        folder: Where to look.
        besides: Folders in it, ``*`` standing for anything, in which nothing is read or written.

    Raises:
        InputError: There is one; it is named.
    """
    todo, left_out = [folder], set(folder.glob(besides)) if besides else set()
    while todo:
        try:
            entries = list(os.scandir(todo.pop()))
        except (FileNotFoundError, NotADirectoryError):
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                todo += {Path(entry.path)} - left_out
            elif not entry.is_file(follow_symlinks=False):
                kind = "a symbolic link" if entry.is_symlink() else "no regular file"
                raise InputError(f"{entry.path} is {kind}; put the file itself there, or remove it")


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files and empty folders by name, ``*`` standing for anything; nothing else goes.

    Args:
        folder: Where they are.
        names: Paths in it, in the order of removal; a folder goes only once it is empty.
    """
    for name in names:
        for path in sorted(folder.glob(name)):
            if not path.is_dir():
                path.unlink(missing_ok=True)
            elif not any(path.iterdir()):
                path.rmdir()


def sync_files(paths: Iterable[Path]) -> None:
    """Wait until the files, and those in the folders among them, are on the disk."""
    for path in paths:
        for inside in (*path.iterdir(), path) if path.is_dir() else (path,):
            put_on_disk(inside)


def at_home(path: str | Path) -> Path:
    """Return a path, a ``~`` at its front being the user's folder; no such user: as it is."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def in_shell(path: Path) -> str:
    """Return a path as a POSIX shell takes it, whatever its name holds."""
    return shlex.quote(str(path))
