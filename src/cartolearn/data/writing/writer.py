"""Writing any table in the format that its file's ending or an option names."""

import secrets
import shutil
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cartolearn.data.writing import tools
from cartolearn.data.writing.arrow_files import write_hugging_face, write_parquet
from cartolearn.data.writing.separated import write_separated
from cartolearn.data.writing.sheet import Sheet
from cartolearn.data.writing.workbook import write_workbook
from cartolearn.errors import InputError
from cartolearn.files import atomic_write, write_text

HF = "hf"
ENDINGS = {
    "csv": (".csv",),
    "tsv": (".tsv", ".txt"),
    "excel": (".xlsx",),
    "parquet": (".parquet",),
    "jsonl": (".jsonl", ".ndjson"),
    HF: ("",),
    "labelstudio": (".json",),
    "argilla": (".json",),
    "doccano": (".jsonl", ".ndjson"),
    "prodigy": (".jsonl", ".ndjson"),
}
"""What each format's files end in; the first is the usual one, and "" is a folder."""

FORMATS = tuple(ENDINGS)
EACH = ("labelstudio", "argilla", "prodigy")
"""Formats that hold the answers of several people to one text."""


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        files: The files.
        guarded: How many cells were guarded against formulas.
        renamed: New columns whose name the user's file has, and what they are called instead.
    """

    files: list[Path]
    guarded: int = 0
    renamed: Mapping[str, str] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """Return what there is to say of it, a line each."""
        told = []
        if self.renamed:
            told.append(
                f"Your file has a column {', '.join(self.renamed)} of its own, which stays; the new"
                f" one is called {', '.join(self.renamed.values())}"
            )
        if self.guarded:
            told.append(
                f"{self.guarded:,} cells that a spreadsheet could take for formulas have an"
                " apostrophe in front; it goes when the file is read here, and --raw leaves it out"
            )
        return told


@dataclass(frozen=True)
class Target:
    """Where to write, and how.

    Attributes:
        path: The file, or the folder of a dataset.
        kind: One of ``FORMATS``.
        raw: Whether cells of separated text go without a guard against formulas.
        overwrite: Whether a file that is there may be replaced.
    """

    path: Path
    kind: str
    raw: bool = False
    overwrite: bool = False

    @classmethod
    def of(cls, words: Namespace, usual: Path) -> "Target":
        """Return the target of a command that takes --out, --format, --raw and --overwrite.

        Args:
            words: What was said of it; ``out`` and ``format`` may be None.
            usual: Where to write unless ``out`` says it: a path without an ending.

        Raises:
            InputError: The ending names no format, or another one than the option.
        """
        if words.out is None:
            kind = words.format or "csv"
            path = usual.with_name(usual.name + ENDINGS[kind][0])
        else:
            kind, path = kind_of(words.out, words.format), words.out
        return cls(path, kind, words.raw, words.overwrite)

    def refuse_to_overwrite(self) -> None:
        """Refuse a file that is there already, before any work.

        Raises:
            InputError: There is one, and ``overwrite`` is not set.
        """
        for path in self.files:
            if path.exists() and not self.overwrite:
                raise InputError(
                    f"{path} is there already; name another with --out, or give --overwrite"
                )
        if self.overwrite and self.path.is_dir() and not _is_dataset(self.path):
            raise InputError(f"{self.path} is a folder that holds something else; name another")

    @property
    def files(self) -> list[Path]:
        """All files that are written."""
        interface = [self.path.with_suffix(".xml")] if self.kind == "labelstudio" else []
        return [self.path, *interface]


def kind_of(path: Path, named: str | None) -> str:
    """Return the format of a file: the one that is named, if its ending fits, else its ending's.

    Raises:
        InputError: It cannot be told, or the ending is that of another format.
    """
    ending = path.suffix.lower()
    if named is not None:
        if ending not in ENDINGS[named] and named != HF:
            raise InputError(
                f"{path}: a file for {named} ends in {ENDINGS[named][0]}, or it could not be read"
                " back"
            )
        return named
    fitting = [kind for kind, endings in ENDINGS.items() if ending and ending in endings]
    if not fitting:
        raise InputError(f"{path}: say --format ({', '.join(FORMATS)}); its ending names none")
    if ending == ".json":
        raise InputError(f"{path}: say --format {' or '.join(fitting)}")
    return fitting[0]


def write_sheet(target: Target, sheet: Sheet) -> Written:
    """Write rows, whole or not at all.

    Raises:
        InputError: There is such a file, an extra is missing, or the format cannot hold the rows.
    """
    target.refuse_to_overwrite()
    told = _write_guideline(target, sheet.guideline)
    of_tool = target.kind in (*_LISTS, *_LINES.keys() - {"jsonl"})  # these have names of their own
    renamed = {} if of_tool else {k: v for k, v in sheet.added.items() if k != v}
    if target.kind == HF:
        with _whole_folder(target.path) as temporary:
            write_hugging_face(temporary, sheet)
        return Written([target.path, *told], renamed=renamed)
    with atomic_write(target.path) as temporary:
        guarded = _write(temporary, target, sheet)
    if target.kind == "labelstudio":
        interface = tools.label_studio_interface(sheet.classes, sheet.guideline)
        write_text(target.files[1], interface)
    return Written([*target.files, *told], guarded, renamed)


def _write_guideline(target: Target, guideline: str) -> list[Path]:
    """Write what annotators are told beside a file that has no place for it."""
    if not guideline or target.kind in ("labelstudio", "excel"):
        return []
    beside = target.path.with_name(f"{target.path.stem}.guideline.txt")
    if beside.exists() and beside.read_text(encoding="utf-8") == guideline:
        return [beside]
    replace(target, path=beside, kind="csv").refuse_to_overwrite()
    write_text(beside, guideline)
    return [beside]


_LISTS = {"labelstudio": tools.label_studio, "argilla": tools.argilla}
_LINES = {"doccano": tools.doccano, "prodigy": tools.prodigy, "jsonl": tools.rows}


def _write(path: Path, target: Target, sheet: Sheet) -> int:
    """Write a file; return how many cells were guarded."""
    if target.kind in ("csv", "tsv"):
        separator = "\t" if target.kind == "tsv" else ","
        return write_separated(path, sheet, separator, raw=target.raw)
    if target.kind in _LISTS:
        tools.write_list(path, _LISTS[target.kind](sheet))
    elif target.kind in _LINES:
        tools.write_lines(path, _LINES[target.kind](sheet))
    elif target.kind == "excel":
        write_workbook(path, sheet)
    else:
        write_parquet(path, sheet)
    return 0


def _is_dataset(folder: Path) -> bool:
    return (folder / "state.json").is_file() or not any(folder.iterdir())


@contextmanager
def _whole_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside ``path``; on success it takes its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    old = path.with_name(f".{path.name}.{secrets.token_hex(4)}.old")
    try:
        yield temporary
        if path.exists():
            path.rename(old)
        temporary.rename(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
