"""What the commands that work on a project's folder have in common: their words."""

import argparse
import logging
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from cartolearn.terminal import Plain

TABLE = "CSV, TSV, JSON Lines, JSON, Parquet, a workbook, or a folder of Hugging Face datasets"
Parser = argparse.ArgumentParser


def understood(parser: Parser, given: Sequence[str]) -> argparse.Namespace:
    """Log to the terminal from now on, and return the words; ``options`` are Hydra's."""
    handler = logging.StreamHandler()
    handler.setFormatter(Plain())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    words = parser.parse_args([word for word in given if not is_option(word)])
    words.options = [word for word in given if is_option(word)]
    return words


def adder(top: Parser, options: str) -> Callable[[str, str, str], Parser]:
    """Return a function (name, what it calls, text) that adds a sub-command to ``top``."""
    return partial(_command, top.add_subparsers(required=True, metavar="COMMAND"), options)


def _command(
    commands: "argparse._SubParsersAction[Parser]", options: str, name: str, does: str, text: str
) -> Parser:
    command = commands.add_parser(name, help=text, description=text, epilog=f"Takes {options}, too")
    command.set_defaults(command=does)
    return command


def add_project(command: Parser, by: str) -> None:
    """Add the words that say which project, and who does it."""
    command.add_argument("project", type=Path, help="the project's folder")
    command.add_argument("--by", help=f"{by} (the user of this machine)")


def is_option(word: str) -> bool:
    """Whether a word is a Hydra override, e.g. ``trainer.threads=2`` or ``+a.b=c``."""
    return bool(re.match(r"[+~]{0,2}[a-z][\w./@]*=", word))


def count(word: str) -> int:
    """Return a number of at least 1.

    Raises:
        ValueError: It is none.
    """
    number = int(word)
    if number < 1:
        raise ValueError
    return number


def share(word: str) -> float:
    """Return a number above 0 and below 1.

    Raises:
        ValueError: It is none.
    """
    number = float(word)
    if not 0 < number < 1:
        raise ValueError
    return number
