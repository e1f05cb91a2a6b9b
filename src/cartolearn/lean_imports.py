"""The command's heavy imports, in the order and way that take the least time."""

import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace

SIGNAL = "scipy.signal"
PLOTS = ("matplotlib", "matplotlib.axes", "matplotlib.pyplot")


def import_training(entry: str = "cartolearn.loop.execute") -> None:
    """Import torch, Lightning and the module ``entry``, without what no run uses.

    torch comes first: its imports search through all modules there are. Importing Lightning
    imports torchmetrics, which imports two packages of which we use nothing: scipy.signal, a fifth
    of the whole, only to give it an alias (``hamming``) for a speech package, and matplotlib, a
    tenth, for plots of its metrics. While torchmetrics is imported, empty modules stand there that
    have what it takes from them; scipy's, asked for anything else, gives way to the real one. So a
    metric's ``plot`` does not work after this. Collecting garbage is off, since imports leave next
    to none, and what they leave is never searched again.
    """
    gc.disable()
    try:
        importlib.import_module("torch")
        _import_torchmetrics()
        importlib.import_module(entry)
    finally:
        gc.freeze()
        gc.enable()


def _import_torchmetrics() -> None:
    """Import torchmetrics among stand-ins for what is not imported yet."""
    put = {name: module for name, module in _stand_ins().items() if name not in sys.modules}
    if any(name in sys.modules for name in PLOTS):
        put = {name: module for name, module in put.items() if name not in PLOTS}
    sys.modules.update(put)
    try:
        importlib.import_module("torchmetrics")
    finally:
        for name, module in put.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


def _stand_ins() -> dict[str, ModuleType]:
    """Return empty modules by name, with what torchmetrics takes from them at its import."""
    signal, plots, axes, pyplot = map(ModuleType, (SIGNAL, *PLOTS))
    vars(signal).update(hamming=None, __getattr__=_real)
    vars(axes).update(Axes=object)
    vars(plots).update(axes=axes, colors=SimpleNamespace(Colormap=object))
    vars(pyplot).update(Figure=object, style=SimpleNamespace(context=_unstyled))
    return {SIGNAL: signal, **dict(zip(PLOTS, (plots, axes, pyplot), strict=True))}


@contextmanager
def _unstyled(_: object) -> Iterator[None]:
    """Stand in for matplotlib's style sheets, with which torchmetrics decorates functions."""
    yield


def _real(name: str) -> object:
    """Give an attribute of the real scipy.signal, which takes its place from now on."""
    if name.startswith("__"):  # inspect looks at every module's __file__
        raise AttributeError(name)
    sys.modules.pop(SIGNAL, None)
    return getattr(importlib.import_module(SIGNAL), name)
