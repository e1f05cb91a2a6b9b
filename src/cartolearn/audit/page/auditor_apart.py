"""What the checking page has computed, in a process of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cartolearn.account import Report
from cartolearn.label.page.apart import Apart, Work


def _auditor(path: Path, overrides: Sequence[str]) -> Any:
    from cartolearn.audit.page.auditor import Auditor
    from cartolearn.audit.project.folder import Audit

    return Auditor(Audit.open(path, overrides))


WORK = Work(_auditor, "audit", "audit.learn_from=5000")


class AuditorApart:
    """An ``Auditor`` in a process of its own; each question may raise what ``Apart.ask`` does."""

    def __init__(self, path: Path, overrides: Sequence[str]) -> None:
        """Remember the folder and options of this command; the first question starts it."""
        self.apart = Apart(WORK, path, overrides)

    def give_out(self, by: str, count: int, shown: bool, again: bool) -> None:
        """Choose texts to check, and write them down."""
        self.apart.ask("give_out", by, count, shown, again)

    def report(self) -> Report:
        """Return all that ``status`` says."""
        report: Report = self.apart.ask("report")
        return report
