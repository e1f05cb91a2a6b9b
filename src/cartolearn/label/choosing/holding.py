"""Texts that hold some words, or in which a regular expression is found."""

import re
from collections.abc import Callable, Sequence

from cartolearn.data.canonical import canonical_text
from cartolearn.errors import InputError

_PART = re.compile(r'"([^"]+)"|(\S+)')


def holding(texts: Sequence[str], query: str) -> list[int]:
    """Return the ids of the texts that hold all words of a part of the query.

    Args:
        texts: All texts.
        query: Words, or phrases in double quotes; OR between the parts. Case does not count, and a
            word is found inside longer ones: refund finds "Refunded".

    Raises:
        InputError: A part of the query holds no word.
    """
    parts = [_words(part) for part in re.split(r"\s+OR\s+", query.strip())]
    if not all(parts):
        raise InputError(f"--search {query!r}: a part of it holds no word; put OR between words")
    return _those(texts, lambda text: any(all(w in text for w in words) for words in parts))


def matching(texts: Sequence[str], pattern: str) -> list[int]:
    """Return the ids of the texts in which a regular expression is found; case does not count.

    Raises:
        InputError: It is none.
    """
    try:
        found = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise InputError(f"--regex {pattern!r} is no regular expression: {error}") from error
    return [row for row, text in enumerate(texts) if found.search(text)]


def _words(part: str) -> list[str]:
    found = (quoted or word for quoted, word in _PART.findall(part))
    return [(canonical_text(word) or "").casefold() for word in found]


def _those(texts: Sequence[str], holds: Callable[[str], bool]) -> list[int]:
    return [row for row, text in enumerate(texts) if holds(text.casefold())]
