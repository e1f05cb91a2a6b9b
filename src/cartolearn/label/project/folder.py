"""A project's folder: plain files, one append-only log, and a part that may be deleted.

project.yaml     where the texts came from, the classes named at first, the options
texts.parquet    id (int64, from 0) and text; never changed
columns.parquet  the other columns of the file that the texts came from, if it had any
labels.jsonl     the log
derived/         features and whatever else can be computed again
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import ClassVar, Self

from filelock import FileLock
from hydra.errors import HydraException
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from cartolearn import event_log as log
from cartolearn.checksums import of_texts
from cartolearn.config.compose import composed
from cartolearn.data.kept_texts import read_texts
from cartolearn.data.project_folder import COLUMNS, ProjectFolder, digest_of
from cartolearn.errors import InputError
from cartolearn.files import at_home
from cartolearn.label.project.options import Options, compose_options
from cartolearn.label.project.renamed import with_names_of_today
from cartolearn.label.project.snapshot import FOLDER, Place
from cartolearn.label.project.state import State
from cartolearn.label.project.valid import problem_of

LONG = 4 << 20  # bytes of a log from which on it is kept added up
AT_ONCE = 8192  # events that are written together when a project is made
MANY = 20_000  # events after which it is added up anew
HEADER = """\
# A labelling project. Labels are in labels.jsonl, texts in texts.parquet; the folder derived/
# holds what can be computed again and may be deleted.
# `options` are those of conf/label.yaml, as on the command line, e.g. strategy=margin.
"""


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Settings:
    """What ``project.yaml`` holds."""

    source: str
    text_column: str
    classes: list[str]
    random_order: int
    options: list[str]
    label_column: str = "label"


@dataclass(frozen=True)
class Project(ProjectFolder):
    """An open labelling project."""

    file: ClassVar[str] = "project.yaml"
    log_name: ClassVar[str] = "labels.jsonl"
    kind: ClassVar[type[Settings]] = Settings
    called: ClassVar[tuple[str, str]] = "labelling project", "label"
    settings: Settings

    @classmethod
    def create(
        cls,
        path: Path,
        settings: Settings,
        texts: Iterable[str],
        events: Iterable[log.Event],
        keep_columns: Callable[[Path], None] | None = None,
    ) -> Self:
        """Make a project's folder; ``project.yaml`` is written last and makes it one.

        Args:
            path: The folder.
            settings: What ``project.yaml`` is to hold.
            texts: The texts.
            events: The first of the log.
            keep_columns: Writes the user's other columns, if there are any, to a path.

        Raises:
            InputError: There is a project already.
        """
        with cls.making(path, texts, settings, HEADER, keep_columns):
            summed = _sums(path, read_texts(path / "texts.parquet"))
            left = chain([summed], events)
            while some := list(islice(left, AT_ONCE)):
                log.append(path / cls.log_name, some)
        return cls(path, settings)

    @cached_property
    def options(self) -> Options:
        """The checked options: those of the project, then those of this command.

        Raises:
            InputError: One of them cannot be used, or may not stand in a file.
        """
        return compose_options(self._overrides)

    @cached_property
    def _overrides(self) -> list[str]:
        return self.composed_of(with_names_of_today(self.settings.options))

    def state(self) -> State:
        """Return the log as it is now, added up."""
        place = self._snapshot()
        found = place.load() if place else None
        state, notes = found or (State(list(self.settings.classes)), [])
        for number, reason in notes:
            log.warn(self.log_path, [number], reason)
        known = state.log_length
        notes = [*notes, *self.catch_up(state)]
        undone = found and isinstance(state.events, list)
        if place and (state.log_length - known >= MANY or undone):
            place.save(state, [note for note in notes if note[0] <= state.tail.lines])
        return state

    def catch_up(self, state: State) -> list[tuple[int, str]]:
        """Add to a state what the log holds by now.

        Returns:
            Lines that cannot be taken in, each with why; a warning has named them.
        """
        size, notes = len(self.texts), list[tuple[int, str]]()

        def take(number: int, event: log.Event) -> None:
            problem = problem_of(event, state.classes, size)
            if problem:
                notes.append((number, problem))
            else:
                state.note(event)

        part = log.read_on(self.log_path, state.tail, take)
        state.settle()
        notes += [(number, "cut short or damaged") for number in part.damaged]
        for number, reason in notes:
            log.warn(self.log_path, [number], reason)
        state.tail = part.tail
        return notes

    def _snapshot(self) -> Place | None:
        """Return where a long log is kept added up; a short one is not."""
        try:
            if self.log_path.stat().st_size < LONG:
                return None
            values, _ = composed("label", self._overrides)  # no more: building takes torch
        except (OSError, InputError, HydraException):
            return None
        folder = at_home(values["paths"]["cache_dir"]) / FOLDER
        return Place(self.log_path, folder, len(self.texts), tuple(self.settings.classes))

    def write(
        self, events: Iterable[log.Event], by: str | None = None, turn: str | None = None
    ) -> list[log.Event]:
        """Append events inside ``writing``; a project of before checksums gets its first one."""
        events = list(events)
        if events and not log.made_of(self.log_path):
            log.write(self.log_path, [_sums(self.path, self.texts)], by)
        return super().write(events, by, turn)

    def record(self, events: Iterable[log.Event], by: str | None = None) -> list[log.Event]:
        """Append events that do not depend on what others do meanwhile."""
        with self.writing():
            return self.write(events, by)

    def add_classes(self, names: Sequence[str], by: str | None = None) -> None:
        """Add what is no class yet: an entry that changes nothing could be taken back."""
        with self.writing():
            known = self.state().classes if names else ()
            new = [name for name in dict.fromkeys(names) if name not in known]
            if new:
                self.write([{"event": "classes", "names": new}], by)

    def choosing(self) -> FileLock:
        """Return the lock to hold while a batch is chosen: two people get different ones."""
        self.derived.mkdir(exist_ok=True)
        return FileLock(self.path / ".next.lock")


def _sums(path: Path, texts: Sequence[str]) -> log.Event:
    return {"event": "texts", "sha256": of_texts(texts), "columns": digest_of(path / COLUMNS)}
