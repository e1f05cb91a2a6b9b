"""Text from data, fit to be shown."""


def shown(text: str) -> str:
    r"""Return ``text`` with what no one sees spelled out.

    Control characters can clear a terminal or forge a line of a log, and marks that turn the
    reading direction can show a text as another one; they become escapes such as ``\x1b``.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
