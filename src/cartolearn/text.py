"""Text from data, fit to be shown."""

from collections.abc import Iterable

FIRST = 10


def shown(text: str) -> str:
    r"""Return ``text`` with what no one sees spelled out.

    Control characters can clear a terminal or forge a line of a log, and marks that turn the
    reading direction can show a text as another one; they become escapes such as ``\x1b``.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def one_line(error: BaseException) -> str:
    """Return an error's message as one line; some libraries wrap theirs."""
    return " ".join(str(error).split())


def named(ids: Iterable[int]) -> str:
    """Return ``row 3`` or ``rows 3, 5, ...``: row ids, the first ten of them."""
    names = [str(int(i)) for i in ids]
    rest = ", ..." if len(names) > FIRST else ""
    return f"row{'s' if len(names) > 1 else ''} {', '.join(names[:FIRST])}{rest}"
