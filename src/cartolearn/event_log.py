"""The append-only log of a project: who did what and when, one JSON object a line.

A record counts once its whole line is in the file. Writers hold a lock, put all their lines down in
one write and wait until they are on the disk, so two people at once and a kill at any moment lose
nothing that was acknowledged; a line that a kill cut short stays in the file and is ignored.
A line ends in a checksum of itself, so one that was damaged later is found and ignored too.
"""

import getpass
import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sys import intern
from typing import Any

from filelock import FileLock

from cartolearn.errors import InputError
from cartolearn.files import in_shell
from cartolearn.plain_data import parse_json
from cartolearn.system import BINARY

Event = dict[str, Any]

SHORT = 64  # characters of a name or the like
DIFFERENT = {"at", "turn"}  # in nearly all events

log = logging.getLogger(__name__)

SUMMED = re.compile(rb'(\{.*), "sum": "([0-9a-f]{16})"\}', re.DOTALL)


@dataclass(frozen=True)
class Tail:
    """How far a log was read: bytes, lines, and whether a line had a checksum."""

    position: int = 0
    lines: int = 0
    summed: bool = False


@dataclass(frozen=True)
class Part:
    """What stands in a log after some place.

    Attributes:
        events: Number of the line, from 1, and event, oldest first.
        damaged: Numbers of the lines that hold no event, or another one than was written.
        tail: Where the part ends.
    """

    events: list[tuple[int, Event]]
    damaged: list[int]
    tail: Tail


def lock(path: Path) -> FileLock:
    """Return the lock to hold from reading a log to appending what follows from it."""
    return FileLock(path.with_suffix(".lock"))


def append(path: Path, events: Iterable[Event], by: str | None = None) -> list[Event]:
    """Add events to the log under its lock; see ``write``."""
    events = list(events)
    if not events:
        return []
    with lock(path):
        return write(path, events, by)


def write(path: Path, events: Iterable[Event], by: str | None = None) -> list[Event]:
    """Add events to the log; return them as they were written, with ``at`` and ``by``.

    Args:
        path: The log, whose lock is held; it is made if there is none.
        events: JSON objects with the key ``event``.
        by: Who did it; the user of this machine by default.
    """
    stamp = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "by": by or me()}
    stamped = [stamp | event for event in events]
    lines = b"".join(_line(event) for event in stamped)
    if lines:
        _write(path, lines)
    return stamped


def read(path: Path) -> list[Event]:
    """Return all events, oldest first; lines that hold none are named in a warning."""
    part = read_on(path, Tail())
    warn(path, part.damaged, "cut short or damaged")
    return [event for _, event in part.events]


def read_on(path: Path, tail: Tail, take: Callable[[int, Event], None] | None = None) -> Part:
    """Read what was added after ``tail``.

    Once a line had a checksum, one without is damaged; older programs wrote none.

    Args:
        path: The log.
        tail: How far it was read.
        take: Given every event and its line as they are read; then the part holds none.
    """
    events: list[tuple[int, Event]] = []
    take = take or (lambda number, event: events.append((number, event)))
    damaged: list[int] = []
    summed, number, read_bytes = tail.summed, tail.lines, 0
    for raw in _lines_after(path, tail.position):
        line, complete = raw.strip(), raw.endswith(b"\n")
        event, has_sum = _parse(line) if line else (None, False)
        if not complete and event is None:
            damaged += [number + 1] if line else []
            break
        number += complete
        read_bytes += len(raw)
        if event is None or (summed and not has_sum):
            damaged += [number + (not complete)] if line else []
            continue
        summed |= has_sum
        take(number + (not complete), event)
    return Part(events, damaged, Tail(tail.position + read_bytes, number, summed))


def made_of(path: Path) -> Event:
    """Return the log's event of checksums of what its folder was made of; empty if it has none."""
    for line in _lines_after(path, 0):
        if b'"event": "texts"' in line and (event := _parse(line.strip())[0]):
            return event
    return {}


def refuse_changed(path: Path, key: str, file: Path, digest: str | None) -> None:
    """Refuse a file that is not the one which its folder was made of.

    Args:
        path: The folder's log.
        key: Under which the checksum stands in its first event; without one, nothing is refused.
        file: The file.
        digest: Its checksum now; None where there is no such file.

    Raises:
        InputError: The file was damaged, changed or taken away.
    """
    first = made_of(path)
    if key in first and first[key] != digest:
        raise InputError(
            f"{file} is missing, damaged or was changed: it is not what the project was made of."
            f" See how to restore it: cartolearn check {in_shell(file.parent)}"
        )


def warn(path: Path, lines: Iterable[int], reason: str) -> None:
    """Name lines of a log that are ignored."""
    for number in lines:
        log.warning("%s, line %d: %s; ignoring it", path, number, reason)


def me() -> str:
    """Return the name of this machine's user."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "unknown"


def _line(event: Event) -> bytes:
    bare = json.dumps(event, ensure_ascii=False).encode()
    return bare[:-1] + b', "sum": "' + _sum(bare) + b'"}\n'


def _sum(bare: bytes) -> bytes:
    return hashlib.sha256(bare).hexdigest()[:16].encode()


def _lines_after(path: Path, position: int) -> Iterator[bytes]:
    """Yield the lines of a file from a position on, each with its end, as far as it has one."""
    try:
        with path.open("rb") as file:
            file.seek(position)
            yield from file
    except FileNotFoundError:
        return


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | BINARY, 0o666)
    try:
        if os.fstat(descriptor).st_size:
            os.lseek(descriptor, -1, os.SEEK_END)
            if os.read(descriptor, 1) != b"\n":
                data = b"\n" + data
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parse(line: bytes) -> tuple[Event | None, bool]:
    """Return the event of a line, or None, and whether the line has a checksum."""
    match = SUMMED.fullmatch(line)
    bare = match[1] + b"}" if match else line
    if match and _sum(bare) != match[2]:
        return None, True
    try:
        event = parse_json(bare)
    except ValueError:
        return None, bool(match)
    return (_shared(event) if isinstance(event, dict) and "event" in event else None), bool(match)


def _shared(event: Event) -> Event:
    """Return an event whose names and short texts are the same objects in all events."""
    return {
        intern(name): intern(value)
        if type(value) is str and len(value) < SHORT and name not in DIFFERENT
        else value
        for name, value in event.items()
    }
