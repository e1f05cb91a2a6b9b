"""An audit's folder: plain files, one append-only log, and a part that may be deleted.

audit.yaml       where the labels came from, the sources, the classes, the options
texts.parquet    id (int64, from 0) and text; never changed
labels.parquet   what each source says of each text; never changed
columns.parquet  the other columns of the file that the texts came from, if it had any
checks.jsonl     the log: what was drawn, what was checked, what was decided, what was taken back
draws/           for each draw, the part of the texts that each stratum held
derived/         features and signals, which can be computed again
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Self

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from cartolearn import event_log
from cartolearn.audit.project.labels import Labels, read_labels, write_labels
from cartolearn.audit.project.options import Options, compose_options
from cartolearn.audit.project.state import State, replay
from cartolearn.audit.project.valid import problem_of
from cartolearn.data.kept_texts import read_texts
from cartolearn.data.project_folder import COLUMNS, ProjectFolder, digest_of, new_turn
from cartolearn.errors import InputError
from cartolearn.event_log import Event

HEADER = """\
# An audit of labels. What was checked is in checks.jsonl, texts and labels are in the .parquet
# files; the folder derived/ holds what can be computed again and may be deleted.
# `options` are those of conf/audit.yaml, as on the command line, e.g. audit.limit=0.05.
"""


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Settings:
    """What ``audit.yaml`` holds.

    Attributes:
        file: Name of the file that the labels came from.
        text_column: Its column of texts.
        label_columns: Its columns of labels, in the order of ``sources``.
        sources: Who gave the labels of each column.
        classes: Names of the classes that the labels name.
        options: Options of ``conf/audit.yaml`` given to ``init``.
        key_column: Its column of ids, if one was named.
    """

    file: str
    text_column: str
    label_columns: list[str]
    sources: list[str]
    classes: list[str]
    options: list[str]
    key_column: str | None = None


@dataclass(frozen=True)
class Audit(ProjectFolder):
    """An open audit.

    Attributes:
        turn: What the events of this command are known by, so that they can be taken back.
    """

    file: ClassVar[str] = "audit.yaml"
    log_name: ClassVar[str] = "checks.jsonl"
    kind: ClassVar[type[Settings]] = Settings
    called: ClassVar[tuple[str, str]] = "audit", "audit"
    settings: Settings
    turn: str = field(default_factory=new_turn)

    @classmethod
    def create(
        cls,
        path: Path,
        settings: Settings,
        texts: Iterable[str],
        labels: Labels,
        keep_columns: Callable[[Path], None],
    ) -> Self:
        """Make an audit's folder; ``audit.yaml`` is written last and makes it one.

        Args:
            path: The folder.
            settings: What ``audit.yaml`` is to hold.
            texts: The texts.
            labels: What the sources say of them.
            keep_columns: Writes the user's other columns, if there are any, to a path.

        Raises:
            InputError: There is a project already.
        """
        with cls.making(path, texts, settings, HEADER, keep_columns):
            write_labels(path / "labels.parquet", labels)
            summed = {
                "event": "texts",
                "sha256": read_texts(path / "texts.parquet").sha256,
                "labels": labels.digest,
                "columns": digest_of(path / COLUMNS),
            }
            event_log.append(path / cls.log_name, [summed])
        return cls(path, settings)

    @classmethod
    def open(cls, path: Path, overrides: Sequence[str] = ()) -> Self:
        """Open an audit's folder.

        Raises:
            InputError: There is none, its YAML cannot be used, or it holds a link.
        """
        audit = super().open(path, overrides)
        settings = audit.settings
        if not settings.sources or len(settings.sources) != len(settings.label_columns):
            raise InputError(f"{path / cls.file}: there must be one source for each label column")
        return audit

    @cached_property
    def options(self) -> Options:
        """The checked options: those of the project, then those of this command.

        Raises:
            InputError: One of them cannot be used, or may not stand in a file.
        """
        return compose_options(self.composed_of(self.settings.options))

    @cached_property
    def labels(self) -> Labels:
        """The labels as the sources gave them.

        Raises:
            InputError: They cannot be read, or are not those that the audit was made of.
        """
        path = self.path / "labels.parquet"
        labels = read_labels(path, self.settings.sources, self.settings.classes)
        event_log.refuse_changed(self.log_path, "labels", path, labels.digest)
        return labels

    def state(self) -> State:
        """Return the log as it is now, added up; what cannot be is named in a warning."""
        part = event_log.read_on(self.log_path, event_log.Tail())
        event_log.warn(self.log_path, part.damaged, "cut short or damaged")
        classes, fine = list(self.settings.classes), []
        for number, event in part.events:
            problem = problem_of(event, classes, self.labels.given.shape[1])
            if problem:
                event_log.warn(self.log_path, [number], problem)
                continue
            classes += [name for name in event.get("names", []) if name not in classes]
            fine.append(event)
        return replay(self.settings.classes, fine)

    def write(
        self, events: Iterable[Event], by: str | None = None, turn: str | None = None
    ) -> list[Event]:
        """Append events inside ``writing``, as those of this command or of a turn of their own."""
        return super().write(events, by, turn or self.turn)
