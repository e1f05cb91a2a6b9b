"""A project's folder: plain files, one append-only log, and a part that may be deleted.

project.yaml     where the texts came from, the classes named at first, the options
texts.parquet    id (int64, from 0) and text; never changed
labels.jsonl     the log
derived/         features and whatever else can be computed again
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import yaml
from filelock import FileLock
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from cartolearn.config.stored import stored_options
from cartolearn.errors import InputError
from cartolearn.files import atomic_write, refuse_links, write_text
from cartolearn.label.project import log
from cartolearn.label.project.options import Options, compose_options
from cartolearn.label.project.renamed import with_names_of_today
from cartolearn.label.project.state import State, replay
from cartolearn.plain_data import read_yaml

logger = logging.getLogger(__name__)

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


@dataclass(frozen=True)
class Project:
    """An open project.

    Attributes:
        path: The folder.
        settings: Its ``project.yaml``.
        overrides: Options of this command only, after those of the project.
    """

    path: Path
    settings: Settings
    overrides: tuple[str, ...] = ()

    @classmethod
    def create(
        cls, path: Path, settings: Settings, texts: Sequence[str], events: Iterable[log.Event]
    ) -> Self:
        """Make a project's folder; ``project.yaml`` is written last and makes it one.

        Raises:
            InputError: There is a project already.
        """
        if (path / "project.yaml").exists():
            raise InputError(f"{path} is a project already; choose another folder with --out")
        path.mkdir(parents=True, exist_ok=True)
        with FileLock(path / ".init.lock"):
            _write_texts(path / "texts.parquet", texts)
            (path / "labels.jsonl").unlink(missing_ok=True)
            log.append(path / "labels.jsonl", events)
            listed = yaml.safe_dump(vars(settings), sort_keys=False, allow_unicode=True)
            write_text(path / "project.yaml", HEADER + listed)
        (path / ".init.lock").unlink(missing_ok=True)
        return cls(path, settings)

    @classmethod
    def open(cls, path: Path, overrides: Sequence[str] = ()) -> Self:
        """Open a project's folder.

        Raises:
            InputError: There is none, its YAML cannot be used, or it holds a link.
        """
        refuse_links(path)
        file = path / "project.yaml"
        try:
            values: Any = read_yaml(file)
            settings = TypeAdapter(Settings).validate_python(values)
        except FileNotFoundError as error:
            raise InputError(
                f"{path} is no labelling project; make one with: cartolearn label init"
            ) from error
        except ValidationError as error:
            problem = error.errors()[0]
            place = ".".join(map(str, problem["loc"])) or "the file"
            raise InputError(f"{file}: {place}: {problem['msg']}") from error
        except (OSError, ValueError) as error:
            raise InputError(f"{file} cannot be read: {error}") from error
        return cls(path, settings, tuple(overrides))

    @cached_property
    def options(self) -> Options:
        """The checked options: those of the project, then those of this command.

        Raises:
            InputError: One of them cannot be used, or may not stand in a file.
        """
        options = with_names_of_today(self.settings.options)
        kept, places = stored_options(options, str(self.path / "project.yaml"))
        if places:
            logger.warning(
                "%s is not taken from project.yaml: give it to each command, or set CAL_DATA_DIR"
                " and CAL_CACHE_DIR", ", ".join(places),
            )  # fmt: skip
        return compose_options([*kept, *self.overrides])

    @cached_property
    def texts(self) -> list[str]:
        """All texts; an id is a position in this list."""
        return _read_texts(self.path / "texts.parquet")

    @property
    def derived(self) -> Path:
        """The folder of what can be computed again."""
        return self.path / "derived"

    def state(self) -> State:
        """The log as it is now, added up."""
        return replay(self.settings.classes, log.read(self.path / "labels.jsonl"))

    def record(self, events: Iterable[log.Event], by: str | None = None) -> list[log.Event]:
        """Append events to the log; see ``cartolearn.label.project.log.append``."""
        return log.append(self.path / "labels.jsonl", events, by)

    def choosing(self) -> FileLock:
        """The lock to hold while a batch is chosen, so that two people get different ones."""
        self.derived.mkdir(exist_ok=True)
        return FileLock(self.path / ".next.lock")


def _write_texts(path: Path, texts: Sequence[str]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({"id": pa.array(range(len(texts)), pa.int64()), "text": list(texts)})
    with atomic_write(path) as temporary:
        parquet.write_table(table, temporary)


def _read_texts(path: Path) -> list[str]:
    import numpy as np
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            table = file.read(columns=["id", "text"])
        ids = np.from_dlpack(table["id"].combine_chunks())  # its to_numpy would import pandas
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise InputError(f"{path} cannot be read: {error}; restore it from a copy") from error
    if not np.array_equal(ids, np.arange(len(ids))):
        raise InputError(f"{path}: the ids are not 0, 1, 2, ...; restore it from a copy")
    texts: list[str] = table["text"].to_pylist()
    return texts
