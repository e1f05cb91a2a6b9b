"""The page's link: the same for a project whenever it is served on this machine by this user."""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cartolearn.files import atomic_write
from cartolearn.plain_data import read_json

TOKEN = 16


@dataclass(frozen=True)
class Link:
    """What a link consists of besides the host."""

    port: int
    token: str


def kept_link(cache: Path, project: Path) -> Link | None:
    """Return the link of the last time; None if there was none that only this user could read."""
    path = _place(cache, project)
    try:
        if path.stat().st_mode & 0o077 or path.stat().st_uid != os.getuid():
            return None
        found = read_json(path)
        port, token = found["port"], found["token"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    fine = isinstance(port, int) and isinstance(token, str) and len(token) >= TOKEN
    return Link(port, token) if fine else None


def keep_link(cache: Path, project: Path, link: Link) -> None:
    """Keep a link for the next time, outside of the project, which may be somebody else's."""
    path = _place(cache, project)
    with atomic_write(path) as temporary:
        temporary.chmod(0o600)
        temporary.write_text(json.dumps(asdict(link)), encoding="utf-8")


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN)


def _place(cache: Path, project: Path) -> Path:
    name = hashlib.sha256(str(project.absolute()).encode()).hexdigest()[:24]
    return cache.expanduser() / "pages" / f"{name}.json"
