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


def duration(seconds: float) -> str:
    """Write seconds as a person would: 8 s, 3 min 20 s, 2 h 5 min, -8 s."""
    whole = round(seconds)
    if whole < 0:
        return f"-{duration(-whole)}"
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
