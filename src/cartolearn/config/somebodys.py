"""Classes that are not of this project: their mistakes are one line that says whose they are."""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from cartolearn.errors import InputError
from cartolearn.text import one_line

LIGHTNING = ("lightning_fabric", "pytorch_lightning")


@contextmanager
def named(packages: Sequence[str], folder: Path) -> Iterator[None]:
    """Say in one line where in somebody's code an error happened.

    Args:
        packages: Those whose classes may be named, as ``allow_targets`` has them.
        folder: Of the run, whose ``run.log`` has the traceback, if the run got that far.

    Raises:
        InputError: An error came out of one of them.
    """
    try:
        yield
    except (InputError, FloatingPointError):
        raise
    except Exception as error:
        place = place_in(error, packages)
        if not place and packages and of_lightning(error):
            place = f"Lightning refuses what a class of {', '.join(packages)} returns or does"
        if not place:
            raise
        more = "; run.log has the traceback" if (folder / "run.log").exists() else ""
        raise InputError(f"{place}: {told(error)}{more}") from error


def of_lightning(error: Exception) -> bool:
    """Tell whether Lightning itself raised an error: its own kind, or from a line of its code."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    line = str(trace.tb_frame.f_globals.get("__name__", "")) if trace else ""
    return type(error).__module__.startswith(LIGHTNING) or line.startswith(LIGHTNING)


def place_in(error: Exception, packages: Sequence[str]) -> str:
    """Return the innermost line of the packages' code that an error came through, "" if none."""
    found = ""
    trace = error.__traceback__
    while trace:
        frame: FrameType = trace.tb_frame
        module = f"{frame.f_globals.get('__name__', '')}."
        if module.startswith(tuple(f"{package.removesuffix('.')}." for package in packages)):
            code = frame.f_code
            name = code.co_qualname.replace("<module>", module[:-1])
            found = f"{name} ({Path(code.co_filename).name}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return found


def told(error: Exception) -> str:
    """Return the kind of an error and what it says, as one line."""
    return f"{type(error).__name__}: {one_line(error)}".removesuffix(": ")


def refuse_signature(owner: Any, method: str, *given: str) -> None:
    """Refuse an object whose method cannot be called with so many values.

    Args:
        owner: The object.
        method: The name of its method.
        given: What the values are.

    Raises:
        InputError: It has no such method, or it takes others.
    """
    name = f"{type(owner).__module__}.{type(owner).__qualname__}.{method}"
    if not callable(found := getattr(owner, method, None)):
        raise InputError(f"there is no {name}")
    try:
        inspect.signature(found).bind(*given)
    except TypeError as error:
        values = ", ".join(given) or "nothing"
        raise InputError(f"{name} is called with {values}: {one_line(error)}") from error
