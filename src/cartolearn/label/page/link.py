"""The page's link: the same for a project whenever it is served on this machine by this user."""

import hashlib
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cartolearn.own_files import keep_own, kept_own

TOKEN = 16


@dataclass(frozen=True)
class Link:
    """What a link consists of besides the host."""

    port: int
    token: str


def kept_link(cache: Path, project: Path) -> Link | None:
    """Return the link of the last time; None if there was none that only this user could read."""
    found = kept_own(_place(cache, project))
    if not isinstance(found, dict):
        return None
    port, token = found.get("port"), found.get("token")
    if not isinstance(port, int) or not isinstance(token, str) or len(token) < TOKEN:
        return None
    return Link(port, token)


def keep_link(cache: Path, project: Path, link: Link) -> None:
    """Keep a link for the next time, outside of the project, which may be somebody else's."""
    keep_own(_place(cache, project), asdict(link))


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN)


def _place(cache: Path, project: Path) -> Path:
    name = hashlib.sha256(str(project.absolute()).encode()).hexdigest()[:24]
    return cache.expanduser() / "pages" / f"{name}.json"
