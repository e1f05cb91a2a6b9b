"""Cartography Active Learning: choose which texts to label next from training dynamics.

``__init__.pyi`` lists the Python API, with its types; each name is imported when it is first used.
"""

import re
from importlib import import_module
from pathlib import Path

_API = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
_HOME = {name: home for home, name in re.findall(r"(?m)^from (\S+) import (\w+) as", _API)}

__all__ = list(_HOME)


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
