"""Serving the page on this machine."""

import secrets
import socket
from argparse import Namespace
from importlib.util import find_spec

from cartolearn.errors import InputError
from cartolearn.label.project.folder import Project


def serve_page(project: Project, words: Namespace) -> None:
    """Serve until Ctrl-C; print the link.

    Args:
        project: The project.
        words: host, port (0 for a free one), by, no_browser.

    Raises:
        InputError: The page's framework is not installed, or the port is taken.
    """
    if find_spec("nicegui") is None:
        raise InputError(
            "serve needs the extra package: pip install 'cartography-active-learning[label-page]'"
        )
    from nicegui import app, ui
    from rich.console import Console

    from cartolearn.label.model.features import ProjectFeatures
    from cartolearn.label.page.gate import Gate
    from cartolearn.label.page.session import Session
    from cartolearn.label.page.view import View
    from cartolearn.label.project.log import me

    port = words.port or _free_port(words.host)
    token = secrets.token_urlsafe(16)
    session = Session(ProjectFeatures.of(project), words.by or me())
    app.add_middleware(Gate, token=token)

    @ui.page("/", title="Label")
    def page() -> None:
        View(session)

    link = f"http://{words.host}:{port}/?token={token}"
    Console(highlight=False, soft_wrap=True).print(f"Label here (Ctrl-C ends it): {link}")
    app.on_startup(session.start)
    ui.run(
        host=words.host,
        port=port,
        show=False if words.no_browser else f"/?token={token}",
        reload=False,
        show_welcome_message=False,
        favicon="🗺",
    )


def _free_port(host: str) -> int:
    try:
        with socket.socket() as probe:
            probe.bind((host, 0))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise InputError(f"cannot listen at {host}: {error.strerror or error}") from error
