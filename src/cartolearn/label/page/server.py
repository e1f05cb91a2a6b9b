"""Serving the page on this machine."""

import shutil
import socket
import tempfile
import webbrowser
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cartolearn.errors import InputError
from cartolearn.label.page.link import Link, keep_link, kept_link, new_token
from cartolearn.label.project.folder import Project
from cartolearn.terminal import Terminal


@dataclass(frozen=True)
class Site:
    """What is served.

    Attributes:
        folder: The project's, by which link and cookie are known.
        cache: Where the link is kept for the next time.
        verb: What is done there, for the line that names the link.
        pages: For each path its title, and what makes it.
        start: What to do once it is served.
    """

    folder: Path
    cache: Path
    verb: str
    pages: Mapping[str, tuple[str, Callable[[], Any]]]
    start: Callable[[], None]


def serve_page(project: Project, words: Namespace) -> None:
    """Serve the labelling page until Ctrl-C; print the link.

    Args:
        project: The project.
        words: host, port (0 for a free one), by, no_browser.

    Raises:
        InputError: The page's framework is not installed, or the port is taken.
    """
    refuse_without_framework()
    from cartolearn.event_log import me
    from cartolearn.label.model.features import ProjectFeatures
    from cartolearn.label.page.review import Review
    from cartolearn.label.page.session import Session
    from cartolearn.label.page.view import View

    session = Session(ProjectFeatures.of(project), words.by or me())
    pages = {
        "/": ("Label", lambda: View(session)),
        "/review": ("Review", lambda: Review(session)),
    }
    cache = Path(project.options.paths.cache_dir)
    serve(Site(project.path, cache, "Label", pages, session.start), words)


def refuse_without_framework() -> None:
    """Refuse to go on where the page's framework is not installed.

    Raises:
        InputError: It is not.
    """
    if find_spec("nicegui") is None:
        raise InputError(
            "serve needs the extra package: pip install 'cartography-active-learning[label-page]'"
        )


def serve(site: Site, words: Namespace) -> None:
    """Serve pages until Ctrl-C, to whoever has the link that is printed.

    Args:
        site: The pages.
        words: host, port (0 for a free one), no_browser.

    Raises:
        InputError: The port is taken.
    """
    from nicegui import app, ui

    from cartolearn.label.page.gate import Gate, cookie_name

    link_kept = _link(site.cache, site.folder, words.host, words.port)
    port, token = link_kept.port, link_kept.token
    app.add_middleware(Gate, token=token, cookie=cookie_name(site.folder, port))
    for path, (title, make) in site.pages.items():
        ui.page(path, title=title)(_page(make))
    link = f"http://{words.host}:{port}/?token={token}"
    Terminal(soft_wrap=True).print(f"{site.verb} here (Ctrl-C ends it): {link}")
    app.on_startup(site.start)
    if not words.no_browser:
        folder = Path(tempfile.mkdtemp(prefix="cartolearn-"))
        app.on_startup(lambda: _open_browser(folder, link))
        app.on_shutdown(lambda: shutil.rmtree(folder, ignore_errors=True))
    ui.run(
        host=words.host,
        port=port,
        show=False,
        reload=False,
        show_welcome_message=False,
        favicon="🗺",
    )


def _page(make: Callable[[], Any]) -> Callable[[], None]:
    def page() -> None:
        make()

    return page


def _open_browser(folder: Path, link: str) -> None:
    """Open the link by a file that only this user can read; others see a process's arguments."""
    page = folder / "open.html"
    page.write_text(f'<meta http-equiv="refresh" content="0; url={link}">', encoding="utf-8")
    webbrowser.open(page.as_uri())


def _link(cache: Path, project: Path, host: str, port: int) -> Link:
    """Return the link of the last time where its port is free, or was not named otherwise."""
    kept = kept_link(cache, project)
    token = kept.token if kept else new_token()
    try:
        wanted = port or (kept.port if kept else 0)
        link = Link(_free_port(host, wanted), token)
    except InputError:
        if port:
            raise
        link = Link(_free_port(host, 0), token)
    keep_link(cache, project, link)
    return link


def _free_port(host: str, port: int) -> int:
    """Return ``port``, or a free one for 0."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"cannot listen at {host}:{port}: {reason}; try another --port") from error
