"""Small files of this user alone, in the cache folder: what no project may bring along."""

import json
import os
from pathlib import Path
from typing import Any

from cartolearn.files import atomic_write
from cartolearn.plain_data import read_json


def kept_own(path: Path) -> Any:
    """Return what was kept; None if nothing was, or if others could read or write it."""
    try:
        if path.stat().st_mode & 0o077 or path.stat().st_uid != os.getuid():
            return None
        return read_json(path)
    except (OSError, ValueError):
        return None


def keep_own(path: Path, value: Any) -> None:
    """Keep a value for the next time, for this user alone to read."""
    with atomic_write(path) as temporary:
        temporary.chmod(0o600)
        temporary.write_text(json.dumps(value), encoding="utf-8")
