"""What ``audit status`` says, computed behind the page."""

import threading

from cartolearn.account import Report
from cartolearn.audit.measuring.status import status_of
from cartolearn.audit.measuring.words import parts_in_words, verdict_in_words, wrong_in_words
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.suspicion.held_out import signals
from cartolearn.label.page.later import Later

NO_LIMIT = "Whether that is good enough is said where a limit is set: audit.limit=0.05"
NO_MEASURE = "No measure yet: check some texts."


def figures_of(audit: Audit) -> Later[Report]:
    """Return what is computed, anew once more labels were checked."""

    def report() -> Report:
        status = status_of(audit, audit.state(), signals(audit))
        wrong = wrong_in_words(status, audit.labels.sources[0])
        if status.wrong.share is None:
            return Report([NO_MEASURE], wrong)
        return Report([*wrong, *(verdict_in_words(status) or [NO_LIMIT])], parts_in_words(status))

    return Later(lambda: audit.state().answers, report, threading.Lock())
