"""Making an audit of a labelled file: one column of labels, or several of several sources."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.audit.project.labels import NONE, Labels
from cartolearn.data.assemble import sorted_names
from cartolearn.data.canonical import canonical_label, canonical_name, canonical_text
from cartolearn.data.reading.columns import having
from cartolearn.data.reading.labels import agreed, note_names
from cartolearn.data.reading.nested import names_in
from cartolearn.data.reading.reader import open_rows
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import column_index, place
from cartolearn.errors import InputError
from cartolearn.spreadsheet import SHORTENED
from cartolearn.text import shown

MOST_NAMED = 5


@dataclass
class Intake:
    """What a file held: texts, labels, and what to say about them, a line each."""

    texts: Iterable[str]
    labels: Labels
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FileTexts:
    """The texts of a file that was looked through; each run through them reads it again."""

    path: Path
    text: str
    wanted: tuple[str, ...]
    encoding: str | None
    size: int

    def __iter__(self) -> Iterator[str]:
        """Yield them in the file's order.

        Raises:
            InputError: There are no longer as many as before.
        """
        found = 0
        rows = _opened(self.path, self.wanted, self.encoding)
        for row, *_ in _by_text(rows):
            found += 1
            yield _text(rows, row, self.text)
        if found != self.size:
            raise InputError(f"{self.path} was changed while it was read; try again")


@dataclass
class Names:
    """A column of labels as numbers: of many rows, eight bytes each.

    Attributes:
        known: The names that occur, each with its number.
        numbers: The number of each row; -1 for no label.
    """

    known: dict[str, int] = field(default_factory=dict)
    numbers: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, name: str) -> None:
        """Take in the label of the next row; "" is none."""
        self.numbers.append(self.known.setdefault(name, len(self.known)) if name else NONE)

    @property
    def counts(self) -> Counter[str]:
        """How often each name occurs."""
        rows = np.frombuffer(self.numbers, dtype=np.int64)
        counted = np.bincount(rows[rows != NONE], minlength=len(self.known))
        return Counter(dict(zip(self.known, counted.tolist(), strict=True)))

    def among(self, classes: Sequence[str]) -> NDArray[np.int64]:
        """Return the labels as indices into ``classes``, int64 [R]; -1 for none."""
        place_of = {name: number for number, name in enumerate(classes)}
        places = np.array([*(place_of[name] for name in self.known), NONE], dtype=np.int64)
        return places[np.frombuffer(self.numbers, dtype=np.int64)]


def take_in(
    path: Path,
    text: str,
    columns: Sequence[str],
    sources: Sequence[str],
    key: str | None,
    encoding: str | None = None,
) -> Intake:
    """Look through texts, the labels of every source, and the user's ids if a column holds them.

    Of a text only a hash is held, so that a file larger than memory can be taken in.

    Args:
        path: A table in any format that is read.
        text: Column of the text.
        columns: Columns of labels, the audited one first.
        sources: Who gave them, one name for each column.
        key: Column of the user's own ids, or None.
        encoding: Encoding of a text file; told by its bytes if None.

    Raises:
        InputError: The file cannot be used; the message names the line.
    """
    wanted = [text, *columns, *([key] if key else [])]
    rows = having(_opened(path, wanted, encoding), wanted)
    hashes: array[int] = array("q")
    named = [Names() for _ in columns]
    keys: dict[str, int] = {}
    for same in _by_text(rows):
        hashes.append(hash(_text(rows, same[0], text)))
        for column, names in zip(columns, named, strict=True):
            names.add(agreed([_name(rows, row, column) for row in same], rows.counted))
        if key:
            _keep_key(keys, rows, same[0], key)
    note_names(rows, sum((names.counts for names in named), Counter[str]()))
    noted = [rows.notes()] if rows.notes() else []
    twice = len(hashes) - len(np.unique(np.frombuffer(hashes, dtype=np.int64)))
    texts = FileTexts(path, text, tuple(wanted), encoding, len(hashes))
    return checked(path, texts, named, sources, list(keys), noted, twice=twice)


def _opened(path: Path, wanted: Sequence[str], encoding: str | None) -> Rows:
    """Open a file of which a text and one or more labels are wanted, the audited one second."""
    return open_rows(path, wanted, picked=wanted, label=wanted[1], encoding=encoding)


def _by_text(rows: Rows) -> Iterator[list[Row]]:
    """Yield the rows of each text; exports of labelling tools have one for each answer."""
    return (list(same) for _, same in groupby(rows.rows, key=attrgetter("place")))


def _text(rows: Rows, row: Row, column: str) -> str:
    where = place(rows.path, row.place, rows.unit)
    if row.problem:
        raise InputError(f"{where}: {row.problem}")
    if column not in row.values:
        column_index(where, names_in(row.values), column)
    found = canonical_text(row.values[column])
    if found is None or not found.strip():
        raise InputError(f"{where}: {column!r} holds no text; leave such rows out of the file")
    rows.respelled("text", row.values[column], found)
    return found


def _name(rows: Rows, row: Row, column: str) -> str:
    value: Any = row.values.get(column)
    found = canonical_label(value)
    if found is None:
        where = place(rows.path, row.place, rows.unit)
        raise InputError(f"{where}: {column!r} is not one label but {shown(str(value)[:60])}")
    rows.respelled("label", value, found)
    return found


def _keep_key(keys: dict[str, int], rows: Rows, row: Row, column: str) -> None:
    where = place(rows.path, row.place, rows.unit)
    name = canonical_name(row.values.get(column))
    if not name:
        raise InputError(f"{where}: the id in {column!r} is missing")
    shortened = bool(SHORTENED.fullmatch(name))
    rows.counted["id(s) that a spreadsheet seems to have shortened (1.2E+15)"] += shortened
    if name in keys:
        first = place(rows.path, keys[name], rows.unit)
        why = "; did a spreadsheet shorten it?" if shortened else ""
        raise InputError(f"{where}: the id {name!r} occurs twice; first at {first}{why}")
    rows.respelled("id", row.values.get(column), name)
    keys[name] = row.place


def checked(
    path: Path,
    texts: Iterable[str],
    named: Sequence[Names],
    sources: Sequence[str],
    keys: list[str],
    noted: Sequence[str],
    classes: Sequence[str] = (),
    twice: int = 0,
) -> Intake:
    """Return what there is to audit, with what is odd about it.

    Args:
        path: Where it came from.
        texts: All texts.
        named: For each source its labels.
        sources: Their names; the first is audited.
        keys: Ids of the user's own, or none.
        noted: What there is to say already.
        classes: Names of classes that there are, besides those that the labels name.
        twice: How many texts are the same as another one before them.

    Raises:
        InputError: The labels of the first source are of fewer than two classes.
    """
    known = list(sorted_names([*{*classes, *(name for names in named for name in names.known)}]))
    if not named[0].known:
        raise InputError(f"{path} holds no label by {sources[0]}")
    if len(named[0].known) < 2:
        raise InputError(
            f"{path}: the labels by {sources[0]} are of fewer than two classes; there is nothing to"
            " compare"
        )
    given = np.array([names.among(known) for names in named])
    notes = list(noted)
    if (count := int((given[0] != NONE).sum())) < 2 * len(named[0].known):
        notes.append(
            f"the {count:,} labels by {sources[0]} are of {len(named[0].known):,} classes; does"
            " --label name the column of labels?"
        )
    for source, names, numbers in zip(sources, named, given, strict=True):
        gaps = int((numbers == NONE).sum())
        if gaps:
            audited = "; they are not audited" if source == sources[0] else ""
            notes.append(f"{source} leaves {gaps:,} of {len(numbers):,} texts unlabelled{audited}")
        alone = [n for n in names.known if sum(n in other.known for other in named) == 1]
        if len(sources) > 1 and alone:
            more = ", ..." if len(alone) > MOST_NAMED else ""
            notes.append(f"only {source} uses the class(es) {', '.join(alone[:MOST_NAMED])}{more}")
    if twice:
        notes.append(f"{twice:,} texts occur more than once; each is a label of its own")
    return Intake(texts, Labels(list(sources), known, given, keys), notes)
