"""Fetching a public file once: checksum, progress bar, and a plain way out without a network."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cartolearn.errors import InputError

log = logging.getLogger(__name__)

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
        InputError: There is no network, the server answers with an error, the checksum is wrong,
            or the folder cannot be written. Nothing is left behind in any of these cases.
    """
    from pooch.hashes import hash_matches

    if Path(file.name).name != file.name:
        raise InputError(f"{file.name!r} is not a plain file name")
    target = folder / file.name
    if not target.is_file():
        _download_once(file, target)
        return target
    try:
        same = hash_matches(target, file.known_hash)
    except OSError as error:
        raise InputError(f"cannot read {target}: {error.strerror}") from error
    if not same:
        log.warning("%s differs from the official file at %s; using it as it is", target, file.url)
    return target


def _download_once(file: File, target: Path) -> None:
    """Have pooch fetch the file to a temporary name, check it and rename it, under a lock."""
    from filelock import FileLock

    lock = target.with_name(f".{target.name}.lock")
    new_folders = [folder for folder in target.parents if not folder.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=LOCK_SECONDS):
            if not target.is_file():
                _retrieve(file, target)
    except (OSError, ValueError) as error:
        raise InputError(_how_to_get(file, target, _reason(error))) from error
    finally:
        _tidy(lock, new_folders)


def _retrieve(file: File, target: Path) -> None:
    import pooch

    pooch.retrieve(
        file.url,
        file.known_hash,
        fname=file.name,
        path=target.parent,
        downloader=pooch.HTTPDownloader(progressbar=True),
    )


def _reason(error: OSError | ValueError) -> str:
    """Say what happened: the server's answer, or else the error itself."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code} {response.reason}"
    cause = getattr(error.args[0], "reason", error) if error.args else error
    return getattr(error, "strerror", None) or f"{type(error).__name__}: {cause}"


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
