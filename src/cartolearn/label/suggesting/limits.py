"""The limits on requests and money, and the yes: said as options, or asked for; never assumed."""

import sys
from argparse import Namespace

from cartolearn.errors import InputError
from cartolearn.label.suggesting.budget import Limits
from cartolearn.label.suggesting.endpoint import Endpoint

YES = ("y", "yes")


def limits_of(words: Namespace, endpoint: Endpoint, needed: int) -> Limits:
    """Return the limits that the user set, or sets now.

    A server on this machine costs nothing unless a price is said; of any other the price must be.

    Args:
        words: ``requests``, ``money`` and ``price``, each None where it was not given.
        endpoint: The server.
        needed: Requests that all texts would take, those sent before included.

    Raises:
        InputError: A limit is missing, and there is no terminal to ask on.
    """
    requests = words.requests
    if requests is None:
        question = f"At most how many requests, those sent before included? [{needed}] "
        requests = int(_number(question, "--requests N", needed))
    price = words.price
    if price is None and endpoint.local and words.money is None:
        price = [0.0, 0.0]
    if price is None:
        missing = "--price IN OUT (of a million tokens; 0 0 if it costs nothing)"
        price = [
            _number(f"Price of a million tokens {way}, 0 if they cost nothing: ", missing)
            for way in ("that are sent", "that come back")
        ]
    if not any(price):
        return Limits(requests)
    money = words.money
    if money is None:
        money = _number("At most how much money, what was spent before included? ", "--money X")
    return Limits(requests, money, *price)


def agreed(question: str) -> bool:
    """Ask for a yes on the terminal.

    Raises:
        InputError: There is none.
    """
    return _asked(f"{question} [y/N] ", "--yes").casefold() in YES


def _number(question: str, option: str, usual: float | None = None) -> float:
    said = _asked(question, option)
    if not said and usual is not None:
        return usual
    try:
        number = float(said.replace(",", ""))
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise InputError(f"{said!r} is no number; give {option}. Nothing was sent")
    return number


def _asked(question: str, option: str) -> str:
    """Ask a question; where nobody can answer, say which option does."""
    if not sys.stdin.isatty():
        raise InputError(f"nothing was sent: give {option}, or run this on a terminal to be asked")
    try:
        return input(question).strip()
    except EOFError:
        raise InputError(f"nothing was sent: there was no answer; give {option}") from None
