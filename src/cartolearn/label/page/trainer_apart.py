"""The trainer of the labelling page, in a process of its own."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from cartolearn.account import Report
from cartolearn.errors import InputError
from cartolearn.label.page.apart import Apart, Work
from cartolearn.label.page.results import Drawn, Looked, Measured, Setting
from cartolearn.label.project.entries import Pick


def _trainer(path: Path, overrides: Sequence[str]) -> Any:
    from cartolearn.label.project.folder import Project

    project = Project.open(path, overrides)
    project.options  # noqa: B018  (says what is wrong with them before what trains is imported)
    from cartolearn.label.page.trainer import Trainer

    return Trainer(project)


WORK = Work(_trainer, "label", "labelling.part_size=10000")


class TrainerApart:
    """A ``Trainer`` in a process of its own; each question may raise what ``Apart.ask`` does."""

    def __init__(self, path: Path, overrides: Sequence[str]) -> None:
        """Start it, and wait until it has the features, or computes them in the background.

        Args:
            path: The project's folder.
            overrides: Options of this command.

        Raises:
            InputError: The project cannot be used, or the process ended at once.
        """
        self.apart = Apart(WORK, path, overrides)
        try:
            self.setting: Setting = self.apart.ask("setting")
        except ChildProcessError as error:
            raise InputError(str(error)) from error

    def choose(self, by: str, region: Collection[int], beside: Collection[int]) -> list[Pick]:
        """Choose a batch, and write it down."""
        found: list[Pick] = self.apart.ask("choose", by, region, beside)
        return found

    def draw(self) -> Drawn | None:
        """Map the labelled texts and the pool."""
        drawn: Drawn | None = self.apart.ask("draw")
        return drawn

    def measure(self) -> Measured:
        """Measure how far labelling got."""
        measured: Measured = self.apart.ask("measure")
        return measured

    def report(self) -> Report:
        """Return all that ``status`` says."""
        report: Report = self.apart.ask("report")
        return report

    def look(self) -> Looked:
        """Ask models that did not learn the labels what they say of them."""
        looked: Looked = self.apart.ask("look")
        return looked
