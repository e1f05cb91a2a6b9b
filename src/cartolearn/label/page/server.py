"""Serving the page on this machine."""

import shutil
import socket
import sys
import tempfile
import webbrowser
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cartolearn.data.kept_texts import keep_little
from cartolearn.errors import InputError
from cartolearn.event_log import me
from cartolearn.label.page.link import Links, keep_links, kept_links, new_token
from cartolearn.label.project.folder import Project
from cartolearn.listening import address, listen
from cartolearn.system import handed_on
from cartolearn.terminal import Terminal

GRACE = 2  # seconds that answers have when the page ends
SWITCH = 0.0005  # seconds after which training behind the page lets an answer through


@dataclass(frozen=True)
class Site:
    """What is served.

    Attributes:
        folder: The project's, by which links and cookie are known.
        cache: Where the links are kept for the next time.
        verb: What is done there, for the lines that name the links.
        people: Who has a link.
        pages: For each path its title, and what makes it for a person.
        start: What to do once it is served.
    """

    folder: Path
    cache: Path
    verb: str
    people: Sequence[str]
    pages: Mapping[str, tuple[str, Callable[[str], Any]]]
    start: Callable[[], None]


def serve_page(project: Project, words: Namespace) -> None:
    """Serve the labelling page until Ctrl-C; print the link.

    Args:
        project: The project.
        words: host, port (0 for a free one), by (names), no_browser.

    Raises:
        InputError: The page's framework is not installed, the port cannot be had, or the project
            cannot be used.
    """
    refuse_without_framework()
    from cartolearn.label.page.behind import Behind
    from cartolearn.label.page.review import Review
    from cartolearn.label.page.session import Session
    from cartolearn.label.page.status import StatusPage
    from cartolearn.label.page.trainer_apart import TrainerApart
    from cartolearn.label.page.view import View

    keep_little()
    behind = Behind(project, TrainerApart(project.path, project.overrides))
    sessions = {by: Session(behind, by) for by in people_of(words)}
    pages = {
        "/": ("Label", lambda by: View(sessions[by])),
        "/review": ("Review", lambda by: Review(sessions[by])),
        "/status": ("Status", lambda _: StatusPage(behind.report)),
    }

    def start() -> None:
        for session in sessions.values():
            session.start()

    site = Site(project.path, behind.setting.cache, "Label", tuple(sessions), pages, start)
    serve(site, words)


def people_of(words: Namespace) -> list[str]:
    """Return who works on the page, in order: those named, or the user of this machine."""
    return list(dict.fromkeys(words.by or [me()]))


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
    """Serve pages until Ctrl-C, to whoever has a link that is printed.

    Args:
        site: The pages.
        words: host, port (0 for a free one), no_browser.

    Raises:
        InputError: The port cannot be had.
    """
    from nicegui import app, ui

    from cartolearn.label.page.gate import Gate, cookie_name

    sys.setswitchinterval(SWITCH)
    links, listening = links_of(site.cache, site.folder, words, site.people)
    app.add_middleware(Gate, tokens=links.tokens, cookie=cookie_name(site.folder, links.port))
    for path, (title, make) in site.pages.items():
        ui.page(path, title=title)(_page(make))
    at = address(words.host, listening)
    told = [f"{at}/?token={links.tokens[by]}" for by in site.people]
    for by, link in zip(site.people, told, strict=True):
        whose = f"{site.verb} here" if len(told) == 1 else f"{site.verb} here as {by}"
        Terminal(soft_wrap=True).print(f"{whose} (Ctrl-C ends it): {link}")
    app.on_startup(site.start)
    if not words.no_browser:
        folder = Path(tempfile.mkdtemp(prefix="cartolearn-"))
        app.on_startup(lambda: _open_browser(folder, told[0]))
        app.on_shutdown(lambda: shutil.rmtree(folder, ignore_errors=True))
    ui.run(
        host=words.host,
        port=links.port,
        show=False,
        reload=False,
        show_welcome_message=False,
        language="en-US",
        favicon="🗺",
        timeout_graceful_shutdown=GRACE,
        **handed_on(listening),
    )


def _page(make: Callable[[str], Any]) -> Callable[[Any], None]:
    from starlette.requests import Request

    from cartolearn.label.page.gate import BY

    def page(request: Request) -> None:
        make(request.scope[BY])

    return page


def _open_browser(folder: Path, link: str) -> None:
    """Open the link by a file that only this user can read; others see a process's arguments."""
    page = folder / "open.html"
    page.write_text(f'<meta http-equiv="refresh" content="0; url={link}">', encoding="utf-8")
    webbrowser.open(page.as_uri())


def links_of(
    cache: Path, project: Path, words: Namespace, people: Sequence[str]
) -> tuple[Links, socket.socket]:
    """Return the links, and what listens there.

    They are those of the last time where their port is free, or was not named otherwise.

    Raises:
        InputError: The port cannot be had.
    """
    kept = kept_links(cache, project) or Links(0, {})
    tokens = kept.tokens | {by: new_token() for by in people if by not in kept.tokens}
    try:
        listening = listen(words.host, words.port or kept.port)
    except InputError:
        if words.port or not kept.port:
            raise
        listening = listen(words.host, 0)
    port = listening.getsockname()[1]
    keep_links(cache, project, Links(port, tokens))
    return Links(port, {by: tokens[by] for by in people}), listening
