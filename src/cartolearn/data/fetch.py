"""Fetching a public file once: checksum, progress bar, and a plain way out without a network."""

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cartolearn.errors import InputError
from cartolearn.files import atomic_write

if TYPE_CHECKING:
    from rich.progress import Progress

log = logging.getLogger(__name__)

CHUNK = 1 << 16
LOCK_SECONDS = 6 * 3600


@dataclass(frozen=True)
class File:
    """A file with a public source.

    Attributes:
        name: File name, under which it is looked for and kept.
        url: Where it comes from, http or https.
        known_hash: ``sha256:...`` or ``md5:...``; None where the source publishes none.
        hint: One more sentence for the error message when it cannot be had.
    """

    name: str
    url: str
    known_hash: str | None = None
    hint: str = ""


def fetch(file: File, folder: Path) -> Path:
    """Return ``folder / file.name``, downloading it first if it is not there.

    A file that is there is used as it is; if it is not the official one, the log says so.
    Two processes that want the same file download it once.

    Raises:
        InputError: no network, an error of the server, a wrong checksum, or a folder that
            cannot be written. Nothing is left behind in any of these cases.
    """
    if Path(file.name).name != file.name:
        raise InputError(f"{file.name!r} is not a plain file name")
    target = folder / file.name
    if target.is_file():
        _compare(file, target)
    else:
        _download_once(file, target)
    return target


def _compare(file: File, target: Path) -> None:
    if file.known_hash is None:
        return
    try:
        same = _digest(target, file.known_hash) == file.known_hash
    except OSError as error:
        raise InputError(f"cannot read {target}: {error.strerror}") from error
    if not same:
        log.warning("%s differs from the official file at %s; using it as it is", target, file.url)


def _download_once(file: File, target: Path) -> None:
    from filelock import FileLock

    lock = target.with_name(f".{target.name}.lock")
    new_folders = [folder for folder in target.parents if not folder.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=LOCK_SECONDS):
            if not target.is_file():
                _download(file, target)
    except OSError as error:
        raise InputError(_how_to_get(file, target, _reason(error))) from error
    finally:
        _tidy(lock, new_folders)


def _download(file: File, target: Path) -> None:
    log.info("fetching %s into %s", file.url, target.parent)
    with atomic_write(target) as temporary:
        _stream(file, temporary)
        if file.known_hash is None:
            return
        found = _digest(temporary, file.known_hash)
        if found != file.known_hash:
            raise InputError(
                _how_to_get(file, target, f"its checksum is {found}, not {file.known_hash}")
            )


def _stream(file: File, temporary: Path) -> None:
    from pooch import HTTPDownloader
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        download = HTTPDownloader(
            progressbar=_Bar(progress, file.name),
            chunk_size=CHUNK,
            # The bar counts bytes on the wire, so ask for them uncompressed.
            headers={"Accept-Encoding": "identity"},
        )
        download(file.url, str(temporary), None)


class _Bar:
    """The four names that pooch asks of a progress bar, on a rich one."""

    def __init__(self, progress: "Progress", name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None)

    @property
    def total(self) -> float | None:
        return self._progress.tasks[0].total

    @total.setter
    def total(self, size: int) -> None:
        self._progress.update(self._task, total=size or None)

    def update(self, size: int) -> None:
        self._progress.advance(self._task, size)

    def reset(self) -> None:
        self._progress.update(self._task, completed=0)

    def close(self) -> None:
        self._progress.stop()


def _digest(path: Path, known_hash: str) -> str:
    algorithm = known_hash.partition(":")[0]
    with path.open("rb") as stream:
        return f"{algorithm}:{hashlib.file_digest(stream, algorithm).hexdigest()}"


def _reason(error: OSError) -> str:
    """Say what happened: the server's answer, or else the error itself."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code} {response.reason}"
    cause = getattr(error.args[0], "reason", error) if error.args else error
    return error.strerror or f"{type(error).__name__}: {cause}"


def _how_to_get(file: File, target: Path, reason: str) -> str:
    message = (
        f"{file.name} is not in {target.parent} and could not be fetched from {file.url}: "
        f"{reason}. Download it by hand and put it at {target}."
    )
    return f"{message} {file.hint}" if file.hint else message


def _tidy(lock: Path, new_folders: list[Path]) -> None:
    """Remove the lock, and the folders made for a file that did not come.

    Whoever waits on the removed lock finds the file there, or at worst fetches it again.
    """
    with suppress(OSError):
        lock.unlink(missing_ok=True)
    with suppress(OSError):
        for folder in new_folders:
            folder.rmdir()  # fails where there is something in it
