"""A log of many events added up before, so that opening it reads only what is new.

It is made of the log, lies in this user's cache, and is taken only where it fits the log to the
byte: the checksum of the part that it is of, the number of texts, the classes at first. One that is
damaged, or of another log or version, is passed over and made anew. Arrow columns, mapped.
"""

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cartolearn.checksums import of_file
from cartolearn.event_log import Tail
from cartolearn.files import atomic_write, write_text
from cartolearn.label.project.columns import (
    Reader,
    columns_of,
    mapped_columns,
    rest_of,
    write_columns,
)
from cartolearn.label.project.state import State
from cartolearn.plain_data import read_json

FORMAT = 1
FOLDER = "logs"
AT_ONCE = 1 << 20  # bytes

log = logging.getLogger(__name__)

Notes = list[tuple[int, str]]


@dataclass(frozen=True)
class Place:
    """Where the snapshot of a log is.

    Attributes:
        log: The log.
        folder: Of snapshots.
        size: Number of texts of the project.
        classes: The classes that it began with.
    """

    log: Path
    folder: Path
    size: int
    classes: tuple[str, ...]

    @property
    def _name(self) -> str:
        return hashlib.sha256(str(self.log.absolute()).encode()).hexdigest()[:32]

    @property
    def _about(self) -> Path:
        return self.folder / f"{self._name}.json"

    @property
    def _columns(self) -> Path:
        return self.folder / f"{self._name}.arrow"

    def load(self) -> tuple[State, Notes] | None:
        """Return the state at the end of the part that was added up, and what was said of lines.

        None where there is no snapshot, or it is not of this log.
        """
        try:
            about = read_json(self._about)
            if about["format"] != FORMAT or about["project"] != self._project():
                return None
            tail = Tail(**about["tail"])
            if _digest(self.log, tail.position) != about["log"]:
                return None
            if of_file(self._columns) != about["columns"]:
                return None
            notes = [(line, reason) for line, reason in about["notes"]]
            return Reader(mapped_columns(self._columns)).state(about["state"], tail), notes
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.info("%s: not used: %s", self._about, error)
            return None

    def save(self, state: State, notes: Notes) -> None:
        """Write a snapshot; where that cannot be, there is none."""
        try:
            with atomic_write(self._columns, sync=False) as temporary:
                write_columns(temporary, columns_of(state))
            about = {
                "format": FORMAT,
                "project": self._project(),
                "tail": asdict(state.tail),
                "log": _digest(self.log, state.tail.position),
                "columns": of_file(self._columns),
                "notes": notes,
                "state": rest_of(state),
            }
            write_text(self._about, json.dumps(about), sync=False)
        except OSError as error:
            log.warning("the log is read anew each time: cannot write %s: %s", self.folder, error)

    def _project(self) -> list[Any]:
        return [self.size, list(self.classes)]


def _digest(path: Path, length: int) -> str:
    """Return a checksum of the first bytes of a file."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while length > 0 and (data := file.read(min(length, AT_ONCE))):
            digest.update(data)
            length -= len(data)
    return f"{digest.hexdigest()}-{length}"
