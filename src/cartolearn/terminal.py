"""The one way to the terminal: whatever is printed, nothing of it can move, hide or forge a line.

Class names, texts, file names and names of data sets come from files of anybody. Control characters
and marks that turn the reading direction are spelled out; nothing is taken for Rich's markup.
"""

import io
import logging
import os
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

from cartolearn.account import Account, Grid
from cartolearn.text import shown

# What a shell gives for a program that a closed pipe has ended.
GONE = 141


class Terminal(Console):
    """Rich's console without markup, whose text is spelled out, in tables and bars too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield what is to be printed; segments of control codes are Rich's own."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else spelled(text), style, control)

    def tell(self, account: Account) -> None:
        """Print sentences and tables."""
        for part in account:
            if isinstance(part, Grid):
                table = Table(*part.columns)
                for row in part.rows:
                    table.add_row(*row)
                self.print(table)
            else:
                self.print(part)


class Plain(logging.Formatter):
    """Formats log messages for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the message, spelled out."""
        return spelled(super().format(record))


def log_to_terminal() -> None:
    """Show warnings on standard error from now on, unless something is done with them already."""
    handler = logging.StreamHandler()
    handler.setFormatter(Plain())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def show_what_can_be_shown() -> None:
    r"""Spell out, e.g. as ``\u597d``, what the terminal or pipe has no letters for, from now on."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def spelled(text: str) -> str:
    """Return text of several lines with what no one sees spelled out."""
    return "\n".join(map(shown, text.split("\n")))


def say(text: str = "") -> None:
    """Print lines to standard output; end where nobody reads them any more, as after ``| head``."""
    try:
        sys.stdout.write(spelled(text) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the end
        sys.exit(GONE)


def warn(text: str) -> None:
    """Print lines to standard error."""
    sys.stderr.write(spelled(text) + "\n")


def note(text: str) -> None:
    """Show a line on standard error that the next one overwrites."""
    sys.stderr.write(f"\r{shown(text)}\r")
