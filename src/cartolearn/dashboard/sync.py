"""Sending runs to W&B that were logged offline, or whose upload was cut off."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from cartolearn.errors import InputError
from cartolearn.tracking.wandb_session import SENT


def unsent(folders: Iterable[Path]) -> list[Path]:
    """Return W&B's run directories at or below ``folders`` that W&B does not have yet, sorted.

    Raises:
        InputError: A folder does not exist.
    """
    found = set()
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"{folder} is not a folder; give the folder of a run or a sweep")
        found |= {path.parent for path in folder.rglob("wandb/*run-*/*.wandb")}
    return sorted(run for run in found if not _sent(run))


def _sent(run: Path) -> bool:
    return any(run.glob("*.wandb.synced")) or (run.parent / SENT).exists()


def send(runs: Sequence[Path]) -> int:
    """Send run directories with W&B's own command, and return its exit code."""
    command = [sys.executable, "-m", "wandb", "sync", "--include-online", *map(str, runs)]
    return subprocess.run(command, check=False).returncode  # noqa: S603  (our own paths)
