"""What the checking page has computed: the texts to check next, and what ``audit status`` says."""

from cartolearn.account import Report
from cartolearn.audit.drawing.draw import draw, second_opinions
from cartolearn.audit.measuring.status import status_of
from cartolearn.audit.measuring.words import parts_in_words, verdict_in_words, wrong_in_words
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.suspicion.held_out import signals

NO_LIMIT = "Whether that is good enough is said where a limit is set: audit.limit=0.05"
NO_MEASURE = "No measure yet: check some texts."


class Auditor:
    """Works on an audit as it is when it is asked; one thing at a time."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit

    def give_out(self, by: str, count: int, shown: bool, again: bool) -> None:
        """Choose texts to check, and write them down.

        Args:
            by: Who checks.
            count: How many.
            shown: Whether their labels are in sight.
            again: Whether they are texts that others checked.

        Raises:
            InputError: There are none.
        """
        if again:
            second_opinions(self.audit, count, by)
        else:
            draw(self.audit, signals(self.audit), count, by, shown=shown)

    def report(self) -> Report:
        """Return what ``status`` says to a checker: all but what was drawn for which purpose."""
        audit = self.audit
        status = status_of(audit, audit.state(), signals(audit))
        wrong = wrong_in_words(status, audit.labels.sources[0])
        if status.wrong.share is None:
            return Report([NO_MEASURE], wrong)
        parts = parts_in_words(status, purposes=False)
        return Report([*wrong, *(verdict_in_words(status) or [NO_LIMIT])], parts)
