r"""One spelling for what looks or means the same, in every file format.

* Letters are in Unicode's form NFC: an "e" with an accent is one letter, however it was typed.
* Invisible signs go: zero-width space, word joiner, soft hyphen, byte order marks. The two joiners
  that some scripts and emoji need stay, and so do marks of the reading direction in texts.
* Names of classes, ids and columns lose blanks at both ends, and runs of blanks become one.
* A whole number is written without ".0", a truth value as ``true`` or ``false``.
* A list of one label is that label, also where a cell of text holds it as JSON or Python writes it.
* A date is written as 2026-01-31; a time follows where it is not midnight.
* Bytes in UTF-8 are text.
* Missing is an empty cell, one of blanks alone, and the null or NaN of formats with types. Words
  such as NA, None or null are names like any other.
"""

import ast
import json
import math
import re
import unicodedata
from contextlib import suppress
from datetime import datetime, time
from typing import Any
from warnings import catch_warnings, simplefilter

LARGEST_WHOLE = 2.0**53
HALF = 0.5
BRACKETS = ("[]", "{}")
LONGEST_LIST = 10_000
MISSING_WORDS = frozenset({"na", "n/a", "nan", "none", "null", "nil", "#n/a"})

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BETWEEN = re.compile(r"(['\"])\s+(['\"])")  # numpy writes no commas, and Python joins 'a' 'b'
_WHOLE = re.compile(r"(-?(?:0|[1-9][0-9]{0,14}))\.0+")


def canonical_text(value: object) -> str | None:
    """Return a cell as text: "" if it is missing, None if it holds no single value."""
    spelled = _spelled(value)
    return spelled if spelled is None else _visible(spelled)


def canonical_name(value: object) -> str | None:
    """Return a cell as the name of a class, an id or a column: "" if missing, None if no scalar."""
    spelled = _spelled(value)
    if spelled is None:
        return None
    name = " ".join(_DIRECTION.sub("", _visible(spelled)).split())
    if whole := _WHOLE.fullmatch(name):
        return "0" if whole[1] == "-0" else whole[1]
    return name.lower() if name.lower() in {"true", "false"} else name


def canonical_names(listed: str | None) -> list[str]:
    """Return the names that stand in a text with commas, each once."""
    names = [canonical_name(name) or "" for name in (listed or "").split(",")]
    return list(dict.fromkeys(name for name in names if name))


def canonical_label(value: object) -> str | None:
    """Return a cell as the name of its class: "" if it has none, None if it has several.

    Lists of one are undone, and so are ``{"choices": [...]}``, as Label Studio writes several
    answers into a cell, and weights of all classes (``{"a": 1.0, "b": 0.0}``), where one class has
    half or more.
    """
    value = unquoted(value)
    if isinstance(value, dict):
        value = _chosen(value)
    if isinstance(value, list | tuple):
        return None if len(value) > 1 else canonical_name(value[0] if value else None)
    return canonical_name(value)


def unquoted(text: object) -> Any:
    """Return the list or the object that a cell spells out; the cell itself if it spells none."""
    if not isinstance(text, str) or text[:1] + text[-1:] not in BRACKETS:
        return text
    if len(text) > LONGEST_LIST:
        return text
    for parse in (json.loads, ast.literal_eval):
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError), catch_warnings():
            simplefilter("ignore")  # what a cell spells is no business of the compiler's
            found = parse(text if parse is json.loads else _BETWEEN.sub(r"\1, \2", text))
            return found if isinstance(found, list | dict) else text
    return text


def _chosen(given: dict[object, Any]) -> object:
    if list(given) == ["choices"]:
        return given["choices"]
    several = len(given) > 1
    if several and all(isinstance(w, int | float) and 0 <= w <= 1 for w in given.values()):
        return [name for name, weight in given.items() if weight >= HALF]
    return given


def _visible(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def _spelled(value: object) -> str | None:
    if isinstance(value, bytes):  # text, as Parquet of some systems holds it
        with suppress(UnicodeDecodeError):
            value = value.decode()
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_name(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, bytes | list | tuple | dict | set):
        return None
    return str(value)


def _float_name(value: float) -> str:
    if math.isnan(value):
        return ""
    if value.is_integer() and abs(value) <= LARGEST_WHOLE:
        return str(int(value))
    return repr(value)
