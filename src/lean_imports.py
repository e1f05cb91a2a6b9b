"""The command's heavy imports, in the order and way that take the least time."""

import gc
import importlib
import sys
from types import ModuleType

SIGNAL = "scipy.signal"


def import_training(entry: str = "src.loop.execute") -> None:
    """Import torch, Lightning and the module ``entry``, without what no run uses.

    torch comes first: its imports search through all modules there are. Importing Lightning
    imports torchmetrics, which imports scipy.signal, a fifth of the whole, only to give it an
    alias (``hamming``) for a speech package. While torchmetrics is imported, an empty module that
    has the alias stands there; asked for anything else, it gives way to the real one. Collecting
    garbage is off, since imports leave next to none, and what they leave is never searched again.
    """
    gc.disable()
    try:
        importlib.import_module("torch")
        if SIGNAL in sys.modules:
            importlib.import_module("torchmetrics")
        else:
            _import_torchmetrics()
        importlib.import_module(entry)
    finally:
        gc.freeze()
        gc.enable()


def _import_torchmetrics() -> None:
    stand_in = ModuleType(SIGNAL)
    stand_in.hamming = None  # type: ignore[attr-defined]
    stand_in.__getattr__ = _real  # type: ignore[method-assign]
    sys.modules[SIGNAL] = stand_in
    try:
        importlib.import_module("torchmetrics")
    finally:
        if sys.modules.get(SIGNAL) is stand_in:
            del sys.modules[SIGNAL]


def _real(name: str) -> object:
    """Give an attribute of the real scipy.signal, which takes its place from now on."""
    if name.startswith("__"):  # inspect looks at every module's __file__
        raise AttributeError(name)
    sys.modules.pop(SIGNAL, None)
    return getattr(importlib.import_module(SIGNAL), name)
