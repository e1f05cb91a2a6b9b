"""JSON Lines, and JSON files that hold one list of objects; exports of labelling tools are both."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from cartolearn.data.reading.encoding import encoding_of, text_lines
from cartolearn.data.reading.exports import LABEL, kind_of, question_of, unfolded
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import place, readable
from cartolearn.errors import InputError
from cartolearn.plain_data import read_json

LARGEST_JSON = 1 << 30
KNOWN_AFTER = 50

Object = tuple[int, Any]


def open_json_lines(path: Path, label: str | None, encoding: str | None) -> Rows:
    """Open a file of one object a line; blank lines are left out.

    Raises:
        InputError: The file cannot be read; as the rows are read, a line that is no object.
    """
    with readable(path):
        codec, said = encoding_of(path, encoding)
    return _rows(path, _objects(path, codec), label, "line", [said] if said else [])


def open_json(path: Path, label: str | None) -> Rows:
    """Open a file that holds one list of objects.

    Raises:
        InputError: The file cannot be read, is malformed, or holds something else.
    """
    with readable(path):
        try:
            found = read_json(path, LARGEST_JSON)
        except ValueError as error:
            raise InputError(f"{path}: malformed JSON: {error}") from error
    if not isinstance(found, list):
        raise InputError(f"{path}: not a list of objects, which is what is read of a .json file")
    return _rows(path, iter(list(enumerate(found, 1))), label, "task", [])


def _rows(
    path: Path, objects: Iterator[Object], label: str | None, unit: str, assumed: list[str]
) -> Rows:
    first = list(islice(objects, KNOWN_AFTER))
    known = [found for _, found in first if isinstance(found, dict)]
    kind = kind_of(known)
    objects = chain(first, objects)
    counted: Counter[str] = Counter()
    if kind is None:
        return Rows(path, None, map(_plain, objects), unit, assumed, counted)
    try:
        question = question_of(kind, known, label)
    except ValueError as error:
        raise InputError(f"{path}: {error}") from error
    answers = (
        Row(number, {**fields, label or LABEL: value}, problem, by=who)
        for number, found in objects
        for fields, who, value, problem in unfolded(kind, found, question, counted)
    )
    assumed = [*assumed, f"read as an export of {kind}"]
    return Rows(path, None, answers, unit, assumed, counted, export=True)


def _plain(numbered: Object) -> Row:
    number, found = numbered
    if not isinstance(found, dict):
        return Row(number, {}, "malformed row: not a JSON object")
    return Row(number, found)


def _objects(path: Path, codec: str) -> Iterator[Object]:
    with readable(path):
        for line, raw in enumerate(text_lines(path, codec), 1):
            if raw.strip():
                yield line, _object(path, line, raw)


def _object(path: Path, line: int, raw: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place(path, line)}: malformed row: {error}") from error
