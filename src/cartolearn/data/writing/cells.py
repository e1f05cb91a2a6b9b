"""One cell in the spelling of a format."""

import datetime
import json
import math
from typing import Any

PLAIN = (str, int, float, bool, type(None))
LARGEST_IN_A_WORKBOOK = 2**53


def as_text(value: Any) -> str:
    """Return a cell of separated text: "" for what is missing, JSON for lists and objects."""
    if type(value) is str:  # quick, for millions of cells
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_IN_A_WORKBOOK:
        return str(int(value))
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def as_json(value: Any) -> Any:
    """Return a cell as JSON has it: null for NaN and the infinite, times and bytes spelled out."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    if isinstance(value, dict):
        return {str(name): as_json(part) for name, part in value.items()}
    return value if isinstance(value, PLAIN) else str(value)


def as_cell(value: Any) -> Any:
    """Return a cell of a workbook: a number, a truth value, a time, a text, or None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        fits = math.isfinite(value) and abs(value) <= LARGEST_IN_A_WORKBOOK
        return value if fits else as_text(value) or None
    if isinstance(value, datetime.datetime | datetime.date) and not getattr(value, "tzinfo", None):
        return value
    return as_text(value) or None
