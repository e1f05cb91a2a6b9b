"""What the folders of labelling projects and audits share: their making, their texts, their log."""

import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import yaml
from filelock import FileLock

from cartolearn import event_log
from cartolearn.checksums import of_file, of_texts
from cartolearn.config.settings_file import read_settings
from cartolearn.config.stored import stored_options
from cartolearn.data.kept_columns import read_columns, write_columns
from cartolearn.data.kept_texts import KeptTexts, read_texts, write_texts
from cartolearn.data.reading.columns import place_named
from cartolearn.errors import InputError
from cartolearn.event_log import Event
from cartolearn.files import refuse_links, write_text

COLUMNS = "columns.parquet"  # the user's other columns
FILES = ("project.yaml", "audit.yaml")  # a folder with one of them is taken

logger = logging.getLogger(__name__)


def new_turn() -> str:
    """Return what events are known by that are undone together."""
    return secrets.token_hex(6)


@dataclass(frozen=True)
class ProjectFolder:
    """An open folder.

    Attributes:
        path: The folder.
        settings: What its YAML file holds.
        overrides: Options of this command only, after those of the project.
        file: Name of its YAML file.
        log_name: Name of its log.
        kind: What the YAML file holds.
        called: What the folder is called, and the command that makes one.
    """

    file: ClassVar[str]
    log_name: ClassVar[str]
    kind: ClassVar[type[Any]]
    called: ClassVar[tuple[str, str]]

    path: Path
    settings: Any
    overrides: tuple[str, ...] = ()

    @classmethod
    @contextmanager
    def making(
        cls,
        path: Path,
        texts: Iterable[str],
        settings: Any,
        header: str,
        keep_columns: Callable[[Path], None] | None = None,
    ) -> Iterator[None]:
        """Make a folder with its texts; inside, the rest is written, the log's first events last.

        The YAML file comes after that, and makes it a project.

        Args:
            path: The folder.
            texts: The texts.
            settings: What the YAML file is to hold.
            header: What it is to begin with.
            keep_columns: Writes the user's other columns, if there are any, to a path.

        Raises:
            InputError: There is a project already, or a file of that name.
        """
        if any((path / name).exists() for name in FILES):
            raise InputError(f"{path} is a project already; choose another folder with --out")
        if path.exists() and not path.is_dir():
            raise InputError(f"{path} is a file; choose another folder with --out")
        begun = (path / ".init.lock").exists()
        if not begun and (path / "texts.parquet").exists():
            raise InputError(f"{path} holds a texts.parquet; choose another folder with --out")
        path.mkdir(parents=True, exist_ok=True)
        with FileLock(path / ".init.lock"):
            write_texts(path / "texts.parquet", texts)
            (path / COLUMNS).unlink(missing_ok=True)
            if keep_columns:
                keep_columns(path / COLUMNS)
            (path / cls.log_name).unlink(missing_ok=True)
            yield
            listed = yaml.safe_dump(vars(settings), sort_keys=False, allow_unicode=True)
            write_text(path / cls.file, header + listed)
        (path / ".init.lock").unlink(missing_ok=True)

    @classmethod
    def open(cls, path: Path, overrides: Sequence[str] = ()) -> Self:
        """Open a folder.

        Raises:
            InputError: There is none, its YAML cannot be used, or it holds a link.
        """
        refuse_links(path)
        what, command = cls.called
        missing = f"{path} is no {what}; make one with: cartolearn {command} init"
        return cls(path, read_settings(path / cls.file, cls.kind, missing), tuple(overrides))

    @cached_property
    def texts(self) -> KeptTexts:
        """All texts; an id is a position in this list.

        Raises:
            InputError: They cannot be read, or are not those that the project was made of.
        """
        path = self.path / "texts.parquet"
        texts = read_texts(path)
        event_log.refuse_changed(self.log_path, "sha256", path, of_texts(texts))
        return texts

    def columns(self, ids: Collection[int]) -> tuple[list[str], Iterator[tuple[int, list[Any]]]]:
        """Return names of the user's columns, and each of some ids with its row, texts in place.

        Raises:
            InputError: They cannot be read, or are not those that the project was made of.
        """
        path = self.path / COLUMNS
        event_log.refuse_changed(self.log_path, "columns", path, digest_of(path))
        return read_columns(path, self.settings.text_column, self.texts, ids)

    def copy_columns(self, target: Path) -> None:
        """Write the user's columns for another folder of the same texts, if there are any.

        Raises:
            InputError: They cannot be read, or are not those that the project was made of.
        """
        names, rows = self.columns(range(len(self.texts)))
        place = place_named(names, self.settings.text_column)
        if len(names) > 1 and place is not None:
            write_columns(target, names, names[place], (cells for _, cells in rows))

    @property
    def log_path(self) -> Path:
        """Where the log is."""
        return self.path / self.log_name

    @property
    def derived(self) -> Path:
        """The folder of what can be computed again."""
        return self.path / "derived"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the log's lock: what is read inside still holds when ``write`` adds to it."""
        with event_log.lock(self.log_path):
            yield

    def write(
        self, events: Iterable[Event], by: str | None = None, turn: str | None = None
    ) -> list[Event]:
        """Append events inside ``writing``.

        Args:
            events: What was done.
            by: Who did it; the user of this machine by default.
            turn: What they are known by, to be undone together; those of one call by default.
        """
        turn = turn or new_turn()
        return event_log.write(self.log_path, [{**each, "turn": turn} for each in events], by)

    def composed_of(self, options: Sequence[str]) -> list[str]:
        """Return options of the YAML file that count, and after them those of this command.

        Raises:
            InputError: One of them may not stand in a file.
        """
        kept, places = stored_options(options, str(self.path / self.file))
        if places:
            logger.warning(
                "%s is not taken from %s: give it to each command, or set CAL_DATA_DIR and"
                " CAL_CACHE_DIR", ", ".join(places), self.file,
            )  # fmt: skip
        return [*kept, *self.overrides]


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file; None if there is none."""
    return of_file(path) if path.exists() else None
