"""The user's yes to sending texts: once for a project and an address, kept out of the project.

A project may be somebody else's, and so may a yes in it. So it is kept in the cache folder, for
this user alone to write, and is for these texts and this address only.
"""

import hashlib
from pathlib import Path

from cartolearn.checksums import of_texts
from cartolearn.files import at_home
from cartolearn.label.project.folder import Project
from cartolearn.own_files import keep_own, kept_own


def said_yes(project: Project, url: str) -> bool:
    """Tell whether the user said yes before."""
    return bool(kept_own(_place(project, url)))


def keep_yes(project: Project, url: str) -> None:
    """Keep the user's yes."""
    keep_own(_place(project, url), {"yes": url})


def _place(project: Project, url: str) -> Path:
    what = "\0".join([str(project.path.absolute()), of_texts(project.texts), url])
    name = hashlib.sha256(what.encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return at_home(project.options.paths.cache_dir) / "suggest" / f"{name}.json"
