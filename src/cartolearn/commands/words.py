"""What the commands that work on a project's folder have in common: their words."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from math import inf, nan
from pathlib import Path

import yaml

from cartolearn.config.folder import CONF
from cartolearn.terminal import log_to_terminal

TABLE = "CSV, TSV, JSON Lines, JSON, Parquet, a workbook, or a folder of such files"
Parser = argparse.ArgumentParser


def understood(parser: Parser, given: Sequence[str], config: str) -> argparse.Namespace:
    """Log to the terminal from now on, and return the words; ``options`` are Hydra's.

    What looks like an option is one only if ``conf/CONFIG.yaml`` has such a group or value, or if
    nothing else can be made of it: a class may be called ``tone=formal``, and so may a file. What
    names a file or a project that is there is no option, nor is what follows ``--out``.
    """
    log_to_terminal()
    known = _option_names(config)
    given = [
        f"./{word}" if word.startswith("-") and Path(word).suffix and _is_path(word) else word
        for word in given
    ]
    paths = {word for before, word in pairwise(["", *given]) if before == "--out" or _is_path(word)}
    options = [
        word
        for word in given
        if is_option(word) and _first_name(word) in known and word not in paths
    ]
    words, left = parser.parse_known_args([word for word in given if word not in options])
    if unknown := [word for word in left if not is_option(word)]:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    words.options = [word for word in given if word in options or word in left]
    return words


def _is_path(word: str) -> bool:
    """Tell whether a word names a file or a project that is there."""
    names = (word, f"{word}/project.yaml", f"{word}/audit.yaml")
    return any(map(os.path.isfile, names))  # false for what cannot be a path at all


def _option_names(config: str) -> set[str]:
    """Return the groups and values at the top of ``conf/CONFIG.yaml`` and of what it includes."""
    listed = yaml.safe_load((CONF / f"{config}.yaml").read_text(encoding="utf-8"))
    names = {"hydra"}
    for choice in listed.pop("defaults", ()):
        if isinstance(choice, dict):
            names.update(part for group in choice for part in group.split("@"))
        elif choice != "_self_":
            names |= _option_names(choice)
    return names | set(listed)


def _first_name(word: str) -> str:
    return re.split(r"[.=@/]", word.lstrip("+~"))[0]


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


def add_page(command: Parser, by: str) -> None:
    """Add the words of a command that serves a page."""
    command.add_argument("project", type=Path, help="the project's folder")
    command.add_argument(
        "--by", action="append", help=f"{by} (the user of this machine); again for more people"
    )
    command.add_argument("--host", default="127.0.0.1", help="address to listen at")
    command.add_argument("--port", type=port, default=0, help="port (a free one)")
    command.add_argument("--no-browser", action="store_true", help="only print the links")


def add_output(command: Parser, usual: str) -> None:
    """Add the words that say where to write, and how."""
    from cartolearn.data.writing.writer import FORMATS

    command.add_argument("--out", type=Path, help=f"the file, by its ending ({usual})")
    command.add_argument("--format", choices=FORMATS, help="where the ending does not tell it")
    command.add_argument("--raw", action="store_true", help="CSV without a guard against formulas")
    command.add_argument("--overwrite", action="store_true", help="even if there is such a file")


def is_option(word: str) -> bool:
    """Tell whether a word is a Hydra override, e.g. ``trainer.threads=2`` or ``+a.b=c``."""
    return bool(re.match(r"[+~]{0,2}[a-z][\w./@]*=", word))


def count(word: str) -> int:
    """Return a number of at least 1.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not (word.isascii() and word.isdigit() and int(word)):
        raise argparse.ArgumentTypeError(f"{word!r} is not a whole number of at least 1")
    return int(word)


def port(word: str) -> int:
    """Return the number of a port; 0 is a free one.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not (word.isascii() and word.isdigit() and int(word) < 1 << 16):
        raise argparse.ArgumentTypeError(
            f"{word!r} is no port, a whole number from 1 to 65535, or 0 for a free one"
        )
    return int(word)


def amount(word: str) -> float:
    """Return a finite number of at least 0.

    Raises:
        ArgumentTypeError: It is none.
    """
    return _within(word, lambda number: 0 <= number < inf, "of at least 0")


def share(word: str) -> float:
    """Return a number above 0 and below 1.

    Raises:
        ArgumentTypeError: It is none.
    """
    return _within(word, lambda number: 0 < number < 1, "above 0 and below 1, e.g. 0.5")


def _within(word: str, fits: Callable[[float], bool], wanted: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = nan
    if not fits(number):
        raise argparse.ArgumentTypeError(f"{word!r} is not a number {wanted}")
    return number
