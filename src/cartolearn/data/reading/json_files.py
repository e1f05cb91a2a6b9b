"""JSON Lines, and JSON files that hold one list of objects; exports of labelling tools are both."""

import json
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any

from cartolearn.data.reading.encoding import encoding_of, text_lines
from cartolearn.data.reading.exports import kind_of, read_export
from cartolearn.data.reading.nested import with_inner
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import place, readable
from cartolearn.errors import InputError
from cartolearn.plain_data import parse_json, read_bytes

LARGEST_JSON = 1 << 30
KNOWN_AFTER = 50
TRAIN = "train"
SPLIT = {"columns", "index", "data"}  # what pandas calls orient="split"

_BETWEEN = re.compile(r"[\s,]*")  # blanks, and the sign of records in sequences of JSON

Object = tuple[int, Any]


def open_json_lines(
    path: Path, label: str | None, encoding: str | None, sought: Collection[str]
) -> Rows:
    """Open a file of one object a line, blank lines left out; or one that holds a list after all.

    Raises:
        InputError: The file cannot be read; as the rows are read, a line that is no object.
    """
    with readable(path):
        codec, said = encoding_of(path, encoding)
        start = next(filter(str.strip, text_lines(path, codec)), "").lstrip()
    assumed = [said] if said else []
    if start.startswith("[") or start.rstrip().endswith(("{", ",")):
        return _listed(path, codec, label, [*assumed, "read as one list of objects"], sought)
    return _rows(path, _objects(path, codec), label, "line", assumed, sought)


def open_json(path: Path, label: str | None, encoding: str | None, sought: Collection[str]) -> Rows:
    """Open a file that holds a list of objects; or one object a line after all.

    Raises:
        InputError: The file cannot be read, is malformed, or holds something else.
    """
    with readable(path):
        codec, said = encoding_of(path, encoding)
        lines = list(islice(filter(str.strip, text_lines(path, codec)), 2))
    assumed = [said] if said else []
    if len(lines) == 2 and _is_object(lines[0]):
        assumed.append("read as one object a line")
        return _rows(path, _objects(path, codec), label, "line", assumed, sought)
    return _listed(path, codec, label, assumed, sought)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _listed(
    path: Path, codec: str, label: str | None, assumed: list[str], sought: Collection[str]
) -> Rows:
    with readable(path):
        try:
            found = _parsed(read_bytes(path, LARGEST_JSON).decode(codec).lstrip("\ufeff"))
        except ValueError as error:
            raise InputError(f"{path}: malformed JSON: {error}") from error
    objects, said = _of_object(found, sought) if isinstance(found, dict) else _of_rows(found)
    if not isinstance(objects, list):
        raise InputError(
            f"{path}: not a list of objects, nor an object that holds one list of them, or columns"
        )
    assumed = [*assumed, said] if said else assumed
    return _rows(path, iter(list(enumerate(objects, 1))), label, "task", assumed, sought)


def _parsed(text: str) -> Any:
    """Return what JSON text holds; a list where one value comes after another.

    Raises:
        ValueError: It is malformed, or too deep.
    """
    try:
        return parse_json(text)
    except ValueError:
        with suppress(ValueError, RecursionError):
            return parse_json(_as_list(text))
        raise


def _as_list(text: str) -> str:
    """Return values that stand one after the other as one list, written out."""
    decoder, parts, end = json.JSONDecoder(), [], 0
    while (start := end + len(_BETWEEN.match(text, end)[0])) < len(text):  # type: ignore[index]
        _, end = decoder.raw_decode(text, start)
        parts.append(text[start:end])
    return f"[{','.join(parts)}]"


def _of_rows(found: Any) -> tuple[Any, str]:
    """Return objects of rows that are lists, the first of which names the columns."""
    if not (_all(found, list) and found and _all(found[0], str)):
        return found, ""
    rows = [dict(zip(found[0], cells, strict=False)) for cells in found[1:]]
    return rows, "read as rows, the first with the names of the columns"


def _of_object(found: dict[str, Any], sought: Collection[str]) -> tuple[list[Any] | None, str]:
    """Return the rows in an object, and where they are; None if it can't be told.

    They are the one list of objects in it, or the one called "train", or columns: lists, or objects
    as pandas' ``to_json`` writes them; or, where they and not it have what is sought, its values.
    """
    if found.keys() == SPLIT and _all(found["columns"], str) and _all(found["data"], list):
        split = [dict(zip(found["columns"], cells, strict=False)) for cells in found["data"]]
        return split, "read as rows of columns"
    lists = [name for name, value in found.items() if _holds_objects(value)]
    if len(lists) == 1:
        return found[lists[0]], f"read as the list {lists[0]!r} in it"
    if TRAIN in lists:
        others = ", ".join(name for name in lists if name != TRAIN)
        return found[TRAIN], f"read as the list {TRAIN!r} in it (others: {others})"
    columns = list(found.values())
    inside = _all(columns, dict) and any(not row.keys().isdisjoint(sought) for row in columns)
    if inside and found.keys().isdisjoint(sought):
        named = [{"id": name, **row} for name, row in found.items()]
        return named, "read as one object a row, its name as the id"
    if all(isinstance(column, dict) and column.keys() == columns[0].keys() for column in columns):
        columns = [list(column.values()) for column in columns]
    same = all(isinstance(c, list) and len(c) == len(columns[0]) for c in columns)
    if lists or not columns or not same:
        return None, ""
    rows = zip(*columns, strict=True)
    return [dict(zip(found, row, strict=True)) for row in rows], "read as columns"


def _holds_objects(value: Any) -> bool:
    return bool(value) and _all(value, dict)


def _all(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(part, kind) for part in value)


def _rows(
    path: Path,
    objects: Iterator[Object],
    label: str | None,
    unit: str,
    assumed: list[str],
    sought: Collection[str],
) -> Rows:
    first = list(islice(objects, KNOWN_AFTER))
    known = [found for _, found in first if isinstance(found, dict)]
    kind = kind_of(known)
    objects = chain(first, objects)
    names = list(dict.fromkeys(name for found in known for name in found))
    inside = [name for name in sought if "." in name]
    plain = (_plain(number, found, inside) for number, found in objects)
    rows = Rows(path, None, plain, unit, assumed, names=names)
    return rows if kind is None else read_export(rows, kind, objects, known, label)


def _plain(number: int, found: Any, inside: Collection[str]) -> Row:
    if not isinstance(found, dict):
        return Row(number, {}, "malformed row: not a JSON object")
    return Row(number, with_inner(found, inside))


def _objects(path: Path, codec: str) -> Iterator[Object]:
    with readable(path):
        for line, raw in enumerate(text_lines(path, codec), 1):
            if raw.strip():
                yield line, _object(path, line, raw)


def _object(path: Path, line: int, raw: str) -> Any:
    try:
        return json.loads(raw.strip())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place(path, line)}: malformed row: {error}") from error
