"""Numbers and texts in the page, so that no text can become markup or script."""

import base64
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray


def to_json(value: Any) -> str:
    """JSON that may stand in a script element: no ``<``, ``>``, ``&`` or line separator in it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def packed(values: NDArray[Any], kind: str) -> dict[str, str]:
    """An array as base64 of little-endian numbers: ``kind`` is ``f4``, ``i4`` or ``u1``."""
    flat = np.ascontiguousarray(values, dtype=f"<{kind}" if kind != "u1" else "u1")
    return {"kind": kind, "data": base64.b64encode(flat.tobytes()).decode("ascii")}


def number(value: float, places: int = 5) -> float | None:
    """A rounded number, None for NaN."""
    return None if np.isnan(value) else round(float(value), places)
