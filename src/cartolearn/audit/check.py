"""What is damaged in an audit's folder, and where it can be had again."""

from pathlib import Path

from cartolearn import event_log
from cartolearn.audit.drawing.draw import strata_of
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.valid import problem_of
from cartolearn.checksums import Finding
from cartolearn.data.project_folder import COLUMNS
from cartolearn.errors import InputError

COPY = "from a copy"
AGAIN = "from a copy, or add the sheets of that time again: what is known already is passed over"


def check_audit(path: Path) -> list[Finding]:
    """Read everything that cannot be computed again."""
    try:
        audit = Audit.open(path)
        audit.options  # noqa: B018  (checks them)
    except InputError as error:
        return [Finding(path / Audit.file, str(error), COPY)]
    found = _unreadable(audit)
    part = event_log.read_on(audit.log_path, event_log.Tail())
    found += [
        Finding(audit.log_path, f"line {line}: cut short or damaged", AGAIN)
        for line in part.damaged
    ]
    if any(finding.path.suffix == ".parquet" for finding in found):
        return found
    classes = list(audit.settings.classes)
    for line, event in part.events:
        problem = problem_of(event, classes, len(audit.texts))
        if problem:
            found.append(Finding(audit.log_path, f"line {line}: {problem}", AGAIN))
        elif event["event"] == "classes":
            classes += event["names"]
    for drawn in audit.state().draws:
        try:
            strata_of(audit, drawn)
        except InputError as error:
            found.append(Finding(path / "draws" / f"{drawn.number:04d}.npy", str(error), COPY))
    return found


def _unreadable(audit: Audit) -> list[Finding]:
    found: list[Finding] = []
    for name in ("labels", "texts"):
        try:
            getattr(audit, name)
        except InputError as error:
            found.append(Finding(audit.path / f"{name}.parquet", str(error), COPY))
    try:
        audit.columns(())
    except InputError as error:
        if not found:
            found.append(Finding(audit.path / COLUMNS, str(error), COPY))
    return found
