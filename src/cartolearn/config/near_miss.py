"""Naming what was probably meant."""

import difflib
from collections.abc import Iterable


def near_miss(name: str, known: Iterable[str], where: str = "") -> str:
    """Return ``; did you mean ...?`` or the list of what there is."""
    prefix = f"{where}." if where else ""
    options = sorted(set(known))
    close = difflib.get_close_matches(name, options, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {prefix}{close[0]}?"
    return f"; there are: {', '.join(prefix + option for option in options)}"
