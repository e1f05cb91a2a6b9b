"""Plain data from files of anybody: JSON and YAML, read with limits, never run and never resolved.

The one reader of everything that the program saved and reads again. A file that is too large, too
deep, not plain or no file at all is refused before it can take memory, time or more.
"""

import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from cartolearn.system import BINARY, WITHOUT_WAITING
from cartolearn.text import one_line

LARGEST_YAML = 1 << 20
LARGEST_JSON = 1 << 26
DEEPEST = 40
PLAIN = {str, int, float, bool, type(None)}
LONG_NUMBER = re.compile(r"[-+0-9_:.,]{100,}")

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_json(path: Path, largest: int = LARGEST_JSON) -> Any:
    """Return what a JSON file holds.

    Raises:
        OSError: The file is not there or cannot be read.
        ValueError: It is no regular file, or larger, deeper or other than JSON that we write.
    """
    return parse_json(read_bytes(path, largest))


def parse_json(data: bytes | str) -> Any:
    """Return what JSON text holds.

    Raises:
        ValueError: It is malformed, or deeper than 40.
    """
    text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    _check_plain(value)
    return value


def read_yaml(path: Path, largest: int = LARGEST_YAML) -> Any:
    """Return what a YAML file holds: mappings, lists, text, numbers, true and false, null.

    Raises:
        OSError: The file is not there or cannot be read.
        ValueError: It is no regular file, too large or too deep, or no YAML of plain values: with
            tags, aliases, dates, or keys that are no text.
    """
    text = read_bytes(path, largest).decode("utf-8")
    try:
        _check_events(text)
        value = yaml.load(text, Loader=_Loader)  # noqa: S506  (derives from SafeLoader)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    except yaml.YAMLError as error:
        raise ValueError(one_line(error)) from error
    _check_plain(value)
    return value


def read_bytes(path: Path, largest: int) -> bytes:
    """Return the bytes of a regular file of at most ``largest`` bytes.

    Raises:
        OSError: The file is not there or cannot be read.
        ValueError: It is a device, a pipe or the like, or larger.
    """
    if path.is_dir():
        raise ValueError("it is a folder")
    descriptor = os.open(path, os.O_RDONLY | WITHOUT_WAITING | BINARY)
    with open(descriptor, "rb") as file:  # noqa: PTH123  (a pipe may not be waited for)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("it is no regular file")
        data = file.read(largest + 1)
    if len(data) > largest:
        raise ValueError(f"it is larger than {largest >> 20} MiB")
    return data


def holds_interpolation(value: Any) -> bool:
    """Tell whether a text in a value, or a key, would be resolved by OmegaConf: ``${...}``."""
    return any("${" in text for text in _texts(value))


def _check_events(text: str) -> None:
    """Refuse, before anything is built, what grows without bound."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("it holds an alias")  # noqa: TRY004  (of the file, not of a caller)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError("it is nested too deep")
        if isinstance(event, yaml.ScalarEvent) and LONG_NUMBER.fullmatch(event.value):
            raise ValueError("it holds a number of over a hundred digits")


def _check_plain(value: Any) -> None:
    """Refuse values and keys that JSON does not know, and too deep a nesting."""
    if type(value) is dict and {str} >= set(map(type, value)) and _scalars(value.values()):
        return  # quick, for the many lines of a log
    level = [value]
    for _ in range(DEEPEST + 1):
        if not level:
            return
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                if not all(isinstance(key, str) for key in item):
                    raise ValueError("it holds a key that is no text")
                inner += item.values()
            elif isinstance(item, list):
                inner += item
            elif not (item is None or isinstance(item, str | int | float)):
                raise ValueError(f"it holds a value of another kind ({type(item).__name__})")
        level = inner
    raise ValueError("it is nested too deep")


def _scalars(values: Iterable[Any]) -> bool:
    return PLAIN.issuperset(map(type, values))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
