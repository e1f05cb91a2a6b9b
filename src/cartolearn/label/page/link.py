"""The links to a page: the same for a project whenever this user serves it on this machine."""

import hashlib
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cartolearn.files import at_home
from cartolearn.own_files import keep_own, kept_own

TOKEN = 16


@dataclass(frozen=True)
class Links:
    """What the links consist of besides the host.

    Attributes:
        port: Of all of them.
        tokens: For each person, what nobody else knows.
    """

    port: int
    tokens: dict[str, str]


def kept_links(cache: Path, project: Path) -> Links | None:
    """Return the links of the last time; None if there were none that only this user could read."""
    found = kept_own(_place(cache, project))
    if not isinstance(found, dict):
        return None
    port, tokens = found.get("port"), found.get("tokens")
    if not isinstance(port, int) or not isinstance(tokens, dict):
        return None
    sound = (isinstance(token, str) and len(token) >= TOKEN for token in tokens.values())
    return Links(port, tokens) if all(sound) else None


def keep_links(cache: Path, project: Path, links: Links) -> None:
    """Keep links for the next time, outside of the project, which may be somebody else's."""
    keep_own(_place(cache, project), asdict(links))


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN)


def _place(cache: Path, project: Path) -> Path:
    name = hashlib.sha256(str(project.absolute()).encode()).hexdigest()[:24]
    return at_home(cache) / "pages" / f"{name}.json"
