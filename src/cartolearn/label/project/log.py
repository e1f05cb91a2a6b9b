"""The append-only log of a project: who did what and when, one JSON object a line.

A record counts once its whole line is in the file. Writers hold a lock, put all their lines down in
one write and wait until they are on the disk, so two people at once and a kill at any moment lose
nothing that was acknowledged; a line that a kill cut short stays in the file and is ignored.
"""

import getpass
import json
import logging
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from cartolearn.plain_data import parse_json

Event = dict[str, Any]

log = logging.getLogger(__name__)


def append(path: Path, events: Iterable[Event], by: str | None = None) -> list[Event]:
    """Add events to the log; return them as they were written, with ``at`` and ``by``.

    Args:
        path: The log; it is made if there is none.
        events: JSON objects with the key ``event``.
        by: Who did it; the user of this machine by default.
    """
    stamp = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "by": by or me()}
    stamped = [stamp | event for event in events]
    lines = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in stamped)
    if lines:
        with FileLock(path.with_suffix(".lock")):
            _write(path, lines.encode())
    return stamped


def read(path: Path) -> list[Event]:
    """Return all events, oldest first; lines that hold none are named in a warning."""
    if not path.exists():
        return []
    events = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        event = _parse(line)
        if event is None:
            log.warning("%s, line %d: cut short or damaged; ignoring it", path, number)
        else:
            events.append(event)
    return events


def me() -> str:
    """Return the name of this machine's user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            data = b"\n" + data
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parse(line: bytes) -> Event | None:
    try:
        event = parse_json(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None
