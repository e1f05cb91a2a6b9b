"""Making an audit of a labelled file: one column of labels, or several of several sources."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cartolearn.audit.project.labels import Labels, numbered
from cartolearn.data.assemble import sorted_names
from cartolearn.data.canonical import canonical_name, canonical_text
from cartolearn.data.reading.reader import open_rows
from cartolearn.data.reading.rows import Row
from cartolearn.data.table import column_index, place
from cartolearn.errors import InputError
from cartolearn.text import shown

MOST_NAMED = 5


@dataclass
class Intake:
    """What a file held: texts, labels, and what to say about them, a line each."""

    texts: Sequence[str]
    labels: Labels
    notes: list[str] = field(default_factory=list)


def take_in(
    path: Path,
    text: str,
    columns: Sequence[str],
    sources: Sequence[str],
    key: str | None,
    encoding: str | None = None,
) -> Intake:
    """Read texts, the labels of every source, and the user's ids if a column holds them.

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
    rows = open_rows(path, wanted, picked=wanted, encoding=encoding)
    if rows.columns is not None:
        for name in wanted:
            column_index(path, rows.columns, name)
    texts: list[str] = []
    named: list[list[str]] = [[] for _ in columns]
    keys: dict[str, str] = {}
    for row in rows.rows:
        where = place(path, row.place, rows.unit)
        texts.append(_text(where, row, text))
        for column, values in zip(columns, named, strict=True):
            values.append(_name(where, row, column))
        if key:
            _keep_key(keys, where, row, key)
    noted = [rows.notes()] if rows.notes() else []
    return checked(path, texts, named, sources, list(keys), noted)


def _text(where: str, row: Row, column: str) -> str:
    if row.problem:
        raise InputError(f"{where}: {row.problem}")
    if column not in row.values:
        column_index(where, list(row.values), column)
    found = canonical_text(row.values[column])
    if found is None or not found.strip():
        raise InputError(f"{where}: {column!r} holds no text; leave such rows out of the file")
    return found


def _name(where: str, row: Row, column: str) -> str:
    value: Any = row.values.get(column)
    found = canonical_name(value)
    if found is None:
        raise InputError(f"{where}: {column!r} is not one label but {shown(str(value)[:60])}")
    return found


def _keep_key(keys: dict[str, str], where: str, row: Row, column: str) -> None:
    name = canonical_name(row.values.get(column))
    if not name:
        raise InputError(f"{where}: the id in {column!r} is missing")
    if name in keys:
        raise InputError(f"{where}: the id {name!r} occurs twice; first at {keys[name]}")
    keys[name] = where


def checked(
    path: Path,
    texts: Sequence[str],
    named: Sequence[Sequence[str]],
    sources: Sequence[str],
    keys: list[str],
    noted: Sequence[str],
    classes: Sequence[str] = (),
) -> Intake:
    """Return what there is to audit, with what is odd about it.

    Args:
        path: Where it came from.
        texts: All texts.
        named: For each source its labels, "" for none.
        sources: Their names; the first is audited.
        keys: Ids of the user's own, or none.
        noted: What there is to say already.
        classes: Names of classes that there are, besides those that the labels name.

    Raises:
        InputError: The labels of the first source are of fewer than two classes.
    """
    occurring = [Counter(filter(None, names)) for names in named]
    named_classes = {name for counts in occurring for name in counts}
    known = list(sorted_names([*named_classes, *classes]))
    if len(occurring[0]) < 2:
        raise InputError(
            f"{path}: the labels by {sources[0]} are of fewer than two classes; there is nothing to"
            " compare"
        )
    labels = Labels(list(sources), known, _given(named, known), keys)
    notes = list(noted)
    for source, names, counts in zip(sources, named, occurring, strict=True):
        gaps = len(names) - sum(counts.values())
        if gaps:
            audited = "; they are not audited" if source == sources[0] else ""
            notes.append(f"{source} leaves {gaps:,} of {len(names):,} texts unlabelled{audited}")
        alone = [n for n in counts if sum(n in other for other in occurring) == 1]
        if len(sources) > 1 and alone:
            more = ", ..." if len(alone) > MOST_NAMED else ""
            notes.append(f"only {source} uses the class(es) {', '.join(alone[:MOST_NAMED])}{more}")
    twice = len(texts) - len(set(texts))
    if twice:
        notes.append(f"{twice:,} texts occur more than once; each is a label of its own")
    return Intake(texts, labels, notes)


def _given(named: Sequence[Sequence[str]], classes: Sequence[str]) -> Any:
    import numpy as np

    return np.array([numbered(names, classes) for names in named])
