"""Where the files of the published datasets lie, and what to say when they don't."""

from pathlib import Path

from cartolearn.data.delimited import ends_with_newline
from cartolearn.data.fetch import File
from cartolearn.errors import InputError
from cartolearn.files import at_home


def official(folder: str, url: str, known_hash: str) -> File:
    """Describe a published file that is kept as ``folder/<its name>``."""
    name = url.rsplit("/", 1)[-1]
    hint = f"Or set CAL_DATA_DIR (option paths.data_dir) to a folder that holds {folder}/{name}."
    return File(name, url, known_hash, hint)


def folder_of(data_dir: str | None, cache_dir: str, name: str) -> Path:
    """Return the folder of one dataset: in the user's data folder, or else in the cache."""
    return at_home(data_dir or cache_dir) / name


def check_ended(path: Path) -> None:
    """Refuse a file whose last line is not ended: the published ones all are.

    Raises:
        InputError: The file is empty, unreadable or cut short.
    """
    if not ends_with_newline(path):
        raise InputError(
            f"{path}: its last line is not ended, so the file seems cut short; delete it to "
            "have it fetched again, or end that line if the file is whole"
        )
