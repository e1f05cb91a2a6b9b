"""What Linux, macOS and Windows do in ways of their own; no other module names it."""

import contextlib
import multiprocessing
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

# How a process begins: forked from a server that has the imports behind it, or, on Windows, anew.
START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
BINARY = getattr(os, "O_BINARY", 0)  # without it Windows writes \r\n for \n
WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)


def put_on_disk(path: Path) -> None:
    """Wait until a file is on the disk, or the names in a folder; Windows opens no folder."""
    if BINARY and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR | BINARY if BINARY else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def of_this_user_alone(path: Path) -> bool:
    """Tell whether a file is this user's and closed to others, as profiles on Windows are."""
    status = path.stat()
    return not hasattr(os, "getuid") or (
        not status.st_mode & 0o077 and status.st_uid == os.getuid()
    )


def cores() -> int:
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def lower_priority(by: int) -> None:
    """Let others go first, where the system lets a process say so."""
    if hasattr(os, "nice"):
        os.nice(by)


def own_group() -> None:
    """Leave the group of the process that started this one: Ctrl-C there does not reach here."""
    if hasattr(os, "setsid"):
        os.setsid()
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def end(leader: int, *, at_once: bool) -> None:
    """End a process that has a group of its own, and all that it started.

    Args:
        leader: Its id.
        at_once: Leave it no time to clean up. Windows never does.
    """
    if not hasattr(os, "killpg"):
        tree = ["taskkill", "/T", "/F", "/PID", str(leader)]
        subprocess.run(tree, capture_output=True, check=False)  # noqa: S603
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL if at_once else signal.SIGTERM)


def handed_on(listening: socket.socket) -> dict[str, Any]:
    """Return how uvicorn is told of a socket that listens; Windows lets go of it first."""
    if not hasattr(socket, "AF_UNIX"):
        listening.close()
        return {}
    # The sockets of those who connect have this of the one that they connect to.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return {"fd": listening.fileno()}
