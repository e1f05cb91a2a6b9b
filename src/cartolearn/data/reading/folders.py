"""Folders of files that are one table, and those that Hugging Face's datasets are saved in."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cartolearn.data.reading.arrow_files import COLUMNAR, open_files
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import PLACES, readable, tables_in
from cartolearn.errors import InputError
from cartolearn.plain_data import read_json

TRAIN = "train"
OURS = ("project.yaml", "audit.yaml")
SPLIT = re.compile(r"(?<![a-z])(train|test|validation|valid|val|dev|eval)(?:ing|uation)?(?![a-z])")
SHOWN = 5


def open_folder(
    path: Path,
    picked: Collection[str],
    known: Collection[str],
    split: str | None,
    open_file: Callable[[Path], Rows],
) -> Rows:
    """Open a dataset that ``save_to_disk`` wrote, or a folder of files of the same columns.

    Args:
        path: The folder; of a dataset, or of one of its splits.
        picked: Columns to read, or none for all.
        known: Columns that are looked for.
        split: Which split; by default the only one, or else ``train``.
        open_file: Opens one file of text.

    Raises:
        InputError: The folder holds none, no such split, or a file that cannot be read.
    """
    if any((path / name).is_file() for name in OURS):
        raise InputError(
            f"{path} is a labelling project or an audit and no table; write one with: cartolearn"
            " label export, or audit fix"
        )
    splits = splits_of(path)
    if not splits:
        raise InputError(
            f"cannot read {path}: it is a folder without tables of one kind (CSV, TSV, JSON Lines,"
            " Parquet or Arrow files), and save_to_disk of Hugging Face's datasets did not write"
            " it; of other files, name one. For one text a file see docs/tables.md, A format of"
            " your own"
        )
    usual = [TRAIN, *(name for name in splits if not SPLIT.fullmatch(name)), *splits]
    chosen = split or next(name for name in usual if name in splits)
    if chosen not in splits:
        raise InputError(f"{path} has no split {chosen!r}; it has: {', '.join(splits)}")
    others = [name for name in splits if name != chosen]
    assumed = [f"split {chosen} (others: {', '.join(others)})"] if others and not split else []
    files = splits[chosen]
    if files[0].suffix.lower() in COLUMNAR:
        rows = open_files(path, files, picked, known)
    else:
        rows = _one_table(path, files, open_file)
    rows.assumed[:0] = assumed
    return rows


def splits_of(path: Path) -> dict[str, list[Path]]:
    """Return the files of every split of a folder, in order; empty if it holds no table.

    Files are of the split that their path names; where none does, all are one table.
    """
    with readable(path):
        if (path / "state.json").is_file():
            return {path.name: _saved_files(path)}
        if (path / "dataset_dict.json").is_file():
            inside = sorted(p.parent for p in path.glob("*/state.json"))
            return {folder.name: _saved_files(folder) for folder in inside}
        files = tables_in(path)
        named = {file: SPLIT.findall(file.relative_to(path).as_posix().lower()) for file in files}
        splits: dict[str, list[Path]] = {}
        for file in files:
            other = file.stem.split("-")[0] if any(named.values()) else TRAIN
            splits.setdefault(named[file][-1] if named[file] else other, []).append(file)
    return splits


def _saved_files(folder: Path) -> list[Path]:
    try:
        names = [entry["filename"] for entry in read_json(folder / "state.json")["_data_files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / 'state.json'} is no list of data files: {error}") from error
    for name in names:
        if not isinstance(name, str) or Path(name).name != name:
            raise InputError(f"{folder / 'state.json'} names a file outside its folder: {name!r}")
    return [folder / name for name in names]


def _one_table(path: Path, files: Sequence[Path], open_file: Callable[[Path], Rows]) -> Rows:
    """Return the rows of files of the same columns; a place counts the files of the folder, too."""
    first = open_file(files[0])
    numbers = {file: number for number, file in enumerate(tables_in(path), 1)}
    assumed: list[str] = []
    counted: Counter[str] = Counter()
    if len(files) > 1:
        assumed.append(f"read as one table of {len(files):,} files, {files[0].name} first")

    def rows() -> Iterator[Row]:
        for file in files:
            opened = first if file == files[0] else open_file(file)
            if opened.columns != first.columns:
                raise InputError(
                    f"{file} has other columns than {files[0].name}:"
                    f" {', '.join((opened.columns or ())[:SHOWN])}, ...; read one folder for each"
                )
            for row in opened.rows:
                yield row._replace(place=numbers[file] * PLACES + row.place)
            assumed.extend(note for note in opened.assumed if note not in assumed)
            counted.update(opened.counted)

    return replace(first, path=path, rows=rows(), assumed=assumed, counted=counted)
