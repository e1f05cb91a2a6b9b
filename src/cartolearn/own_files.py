"""Small files of this user alone, in the cache folder: what no project may bring along."""

import json
from pathlib import Path
from typing import Any

from cartolearn.files import atomic_write
from cartolearn.plain_data import read_json
from cartolearn.system import of_this_user_alone


def kept_own(path: Path) -> Any:
    """Return what was kept; None if nothing was, or if others could read or write it."""
    try:
        return read_json(path) if of_this_user_alone(path) else None
    except (OSError, ValueError):
        return None


def keep_own(path: Path, value: Any) -> None:
    """Keep a value for the next time, for this user alone to read."""
    with atomic_write(path) as temporary:
        temporary.chmod(0o600)
        temporary.write_text(json.dumps(value), encoding="utf-8")
