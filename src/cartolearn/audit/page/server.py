"""Serving the checking page on this machine."""

import threading
from argparse import Namespace
from pathlib import Path

from cartolearn.audit.project.folder import Audit
from cartolearn.data.kept_texts import keep_little
from cartolearn.label.page.server import Site, people_of, refuse_without_framework, serve


def serve_checks(audit: Audit, words: Namespace) -> None:
    """Serve the page until Ctrl-C; print the link.

    Args:
        audit: The audit.
        words: n, show_labels, again, waiting, host, port (0 for a free one), by (names),
            no_browser.

    Raises:
        InputError: The page's framework is not installed, or the port cannot be had.
    """
    refuse_without_framework()
    from cartolearn.audit.page.auditor_apart import AuditorApart
    from cartolearn.audit.page.session import CheckSession
    from cartolearn.audit.page.view import CheckView
    from cartolearn.label.page.later import Later
    from cartolearn.label.page.review import Review
    from cartolearn.label.page.status import StatusPage

    keep_little()
    count = words.n or audit.options.audit.batch_size
    auditor = AuditorApart(audit.path, audit.overrides)
    given = {"shown": words.show_labels, "again": words.again, "takes_over": words.waiting}
    sessions = {by: CheckSession(audit, auditor, by, count, **given) for by in people_of(words)}
    report = Later(lambda: audit.state().answers, auditor.report, threading.Lock())
    pages = {
        "/": ("Check", lambda by: CheckView(sessions[by])),
        "/review": ("Review", lambda by: Review(sessions[by])),
        "/status": ("Status", lambda _: StatusPage(report)),
    }
    cache = Path(audit.options.paths.cache_dir)
    serve(Site(audit.path, cache, "Check", tuple(sessions), pages, lambda: None), words)
