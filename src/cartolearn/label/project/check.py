"""What is damaged in a project's folder, and where it can be had again."""

from collections.abc import Iterator
from pathlib import Path

from cartolearn import event_log as log
from cartolearn.checksums import Finding
from cartolearn.data.project_folder import COLUMNS
from cartolearn.errors import InputError
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State
from cartolearn.label.project.valid import problem_of
from cartolearn.label.suggesting.record import added_up, path_of

COPY = "from a copy"
AGAIN = (
    "from a copy, or add the sheets of that time again: cartolearn label add takes only what is"
    " missing"
)

ASKED = "from a copy, or ask again: cartolearn label suggest asks only for what is missing"


def check_project(path: Path) -> list[Finding]:
    """Read everything that cannot be computed again; features check themselves when read."""
    try:
        project = Project.open(path)
        project.options  # noqa: B018  (checks them)
    except InputError as error:
        return [Finding(path / "project.yaml", str(error), COPY)]
    found: list[Finding] = []
    try:
        size = len(project.texts)
        found += _column_findings(project)
    except InputError as error:
        texts = path / "texts.parquet"
        restore = (
            f"{COPY}, or from {project.settings.source}: make another project of it with cartolearn"
            " label init and take its texts.parquet, which passes if the texts are the same"
        )
        return [Finding(texts, str(error), restore), *_log_findings(project, None)]
    return [*found, *_log_findings(project, size)]


def _column_findings(project: Project) -> Iterator[Finding]:
    try:
        project.columns(())
    except InputError as error:
        restore = (
            f"{COPY}, or from {project.settings.source}: make another project of it with cartolearn"
            f" label init and take its {COLUMNS}. Labels are not affected; only export needs it"
        )
        yield Finding(project.path / COLUMNS, str(error), restore)


def _log_findings(project: Project, size: int | None) -> Iterator[Finding]:
    part = log.read_on(project.log_path, log.Tail())
    for line in part.damaged:
        yield Finding(project.log_path, f"line {line}: cut short or damaged", AGAIN)
    if size is None:
        return
    state = State(list(project.settings.classes))
    for line, event in part.events:
        problem = problem_of(event, state.classes, size)
        if problem:
            yield Finding(project.log_path, f"line {line}: {problem}", AGAIN)
        else:
            state.note(event)
    state.settle()
    for line, problem in added_up(project, state)[1]:
        yield Finding(path_of(project), f"line {line}: {problem}", ASKED)
