"""Serving the checking page on this machine."""

from argparse import Namespace
from pathlib import Path

from cartolearn.audit.project.folder import Audit
from cartolearn.event_log import me
from cartolearn.label.page.server import Site, refuse_without_framework, serve


def serve_checks(audit: Audit, words: Namespace) -> None:
    """Serve the page until Ctrl-C; print the link.

    Args:
        audit: The audit.
        words: n, show_labels, again, host, port (0 for a free one), by, no_browser.

    Raises:
        InputError: The page's framework is not installed, or the port is taken.
    """
    refuse_without_framework()
    from cartolearn.audit.page.session import CheckSession
    from cartolearn.audit.page.view import CheckView
    from cartolearn.label.page.review import Review

    count = words.n or audit.options.audit.batch_size
    session = CheckSession(
        audit, words.by or me(), count, shown=words.show_labels, again=words.again
    )
    pages = {
        "/": ("Check", lambda: CheckView(session)),
        "/review": ("Review", lambda: Review(session)),
    }
    cache = Path(audit.options.paths.cache_dir)
    serve(Site(audit.path, cache, "Check", pages, lambda: None), words)
