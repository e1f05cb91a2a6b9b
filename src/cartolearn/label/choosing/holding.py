"""Texts that hold some words, or in which a regular expression is found."""

import re
from collections.abc import Callable, Sequence

from cartolearn.data.canonical import canonical_text
from cartolearn.errors import InputError

_WORD = re.compile(r'"([^"]*)"|(\S+)')


def holding(texts: Sequence[str], query: str) -> list[int]:
    """Return the ids of the texts that hold all words of a part of the query.

    Args:
        texts: All texts.
        query: Words, or phrases in double quotes; OR between the parts. Case does not count, and a
            word is found inside longer ones: refund finds "Refunded".

    Raises:
        InputError: A part of the query holds no word, or a quote is not closed.
    """
    parts = _parts(query)
    if not all(parts):
        raise InputError(f"--search {query!r}: a part of it holds no word; put OR between words")
    return _those(texts, lambda text: any(all(w in text for w in words) for words in parts))


def matching(texts: Sequence[str], pattern: str) -> list[int]:
    """Return the ids of the texts in which a regular expression is found; case does not count.

    Raises:
        InputError: It is none, or empty.
    """
    if not pattern:
        raise InputError("--regex is empty, and found in every text")
    try:
        found = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise InputError(f"--regex {pattern!r} is no regular expression: {error}") from error
    return [row for row, text in enumerate(texts) if found.search(text)]


def _parts(query: str) -> list[list[str]]:
    """Return the words and phrases of each part; an OR inside quotes is a word like any other."""
    parts: list[list[str]] = [[]]
    for phrase, word in _WORD.findall(query):
        if word == "OR":
            parts.append([])
        elif word.startswith('"'):
            raise InputError(f"--search {query!r}: a quote is opened and not closed")
        elif phrase or word:
            parts[-1].append((canonical_text(phrase or word) or "").casefold())
    return parts


def _those(texts: Sequence[str], holds: Callable[[str], bool]) -> list[int]:
    return [row for row, text in enumerate(texts) if holds(text.casefold())]
