"""What a reply says: a class, how long to wait, or why there is no use in asking on."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from cartolearn.data.answers import class_named
from cartolearn.label.suggesting.endpoint import Endpoint, Reply
from cartolearn.plain_data import parse_json

AGAIN = {408, 409, 425, 429, 500, 502, 503, 504, 529}
NO_USE = {401, 402, 403, 404, 405, 407, 410}
OTHER_FORM = {400, 422}
QUOTED = 200  # characters of a reply that are kept or shown, at most
MOST_TOKENS = 10**8
MARKS = re.compile(r"</?s>|<\|\w+\|>")  # with which models end their turn
FENCE = re.compile(r"^```\w*|```$")
OBJECT = re.compile(r"\{[^{}]*\}")
LABEL = re.compile(r"^\W*(?:label|class|answer|category)\W*:", flags=re.IGNORECASE)
AROUND = " \t\r\n\"'`*_“”„‘’«»"  # noqa: RUF001


@dataclass(frozen=True)
class Said:
    """What the model said, and the tokens that the server counted; None where it did not.

    ``cut`` tells whether the model had more to say than it was given tokens for.
    """

    content: str
    cut: bool
    tokens_in: int | None
    tokens_out: int | None


class ReplyError(Exception):
    """A reply that holds no answer; the message says why, without the key."""


class AgainError(ReplyError):
    """It is worth trying again, after ``wait`` seconds if the server says how long."""

    def __init__(self, problem: str, wait: float | None = None) -> None:
        super().__init__(problem)
        self.wait = wait


class StopError(ReplyError):
    """No text will get an answer until somebody does something."""


class OtherFormError(ReplyError):
    """The server does not take a request of this form, or this text."""


def read_reply(reply: Reply, endpoint: Endpoint) -> Said:
    """Return what the model said.

    Raises:
        ReplyError: It said nothing; the kind says what to do about it.
    """
    status = reply.status
    if status == 200:
        return _said(reply, endpoint)
    told = f"{endpoint.url} answers {status}: {_told(reply, endpoint)}"
    if 300 <= status < 400:
        place = endpoint.hide(reply.location)[:QUOTED] or "nowhere"
        raise StopError(
            f"{endpoint.url} sends on to {place}, which is not followed, since texts and key would"
            " go there; name that address with --endpoint if you trust it"
        )
    if status in NO_USE:
        hint = " (is the key in the environment the right one?)" if status in (401, 403) else ""
        raise StopError(told + hint)
    if status in AGAIN:
        raise AgainError(told, seconds_of(reply.retry_after, datetime.now(UTC)))
    if status in OTHER_FORM:
        raise OtherFormError(told)
    raise ReplyError(told)


def seconds_of(header: str, now: datetime) -> float | None:
    """Return how long a ``Retry-After`` asks to wait, in seconds; None if it says nothing."""
    if header.strip().isascii() and header.strip().isdigit():
        return float(header.strip()[:9])
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def class_of(content: str, classes: tuple[str, ...]) -> str | None:
    """Return the class that an answer names; None where it is none of the list.

    The answer is a JSON object with a ``label``, or the class alone. Passed over are what a model
    thought aloud before, its marks of an end, a fence, words around the one object, ``label:``, and
    quotes, stars or a full stop that are no part of the class.
    """
    whole = content.rpartition("</think>")[2].strip()
    return _class_in(whole, classes) or _class_in(MARKS.sub("", whole).strip(), classes)


def _class_in(whole: str, classes: tuple[str, ...]) -> str | None:
    said = FENCE.sub("", whole).strip()
    found: Any = said
    with suppress(ValueError):
        objects = OBJECT.findall(said)
        found = parse_json(said if len(objects) != 1 or said[0] in "[{" else objects[0])
    if isinstance(found, dict):
        found = found.get("label")
    if not isinstance(found, str):
        return None
    bare = LABEL.sub("", found).strip(AROUND)
    named = (class_named(one, classes) for one in (found.strip(), bare, bare.rstrip("." + AROUND)))
    return next(filter(None, named), None)


def _said(reply: Reply, endpoint: Endpoint) -> Said:
    try:
        found = parse_json(reply.body)
        choice = found["choices"][0]
        content = _text(choice["message"]["content"])
        usage = found.get("usage") or {}
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ReplyError(
            f"{endpoint.url} answers 200, but not as a chat: {_told(reply, endpoint)}"
        ) from error
    if not isinstance(content, str | None):
        raise ReplyError(f"{endpoint.url} answers with something that is no text")
    if not isinstance(usage, dict):
        usage = {}
    tokens = [_tokens(usage.get(name)) for name in ("prompt_tokens", "completion_tokens")]
    return Said(_sound(content or ""), choice.get("finish_reason") == "length", *tokens)


def _text(content: Any) -> Any:
    """Return what was said where it comes in parts, some of them thoughts."""
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        return content
    said = [part.get("text") for part in content if part.get("type") == "text"]
    return "".join(text for text in said if isinstance(text, str))


def _tokens(value: object) -> int | None:
    fine = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
    return value if fine and isinstance(value, int) else None


def _told(reply: Reply, endpoint: Endpoint) -> str:
    """Return the server's own words, or the beginning of what it sent."""
    try:
        found = parse_json(reply.body)
        told = found["error"]
        told = told["message"] if isinstance(told, dict) else told
    except (ValueError, KeyError, TypeError):
        told = reply.body[: 10 * QUOTED].decode("utf-8", "replace")
    text = told if isinstance(told, str) else json.dumps(told)
    return " ".join(endpoint.hide(_sound(text)).split())[:QUOTED] or "nothing"


def _sound(text: str) -> str:
    """Return a text that can be written: JSON may hold halves of signs."""
    return text.encode("utf-8", "replace").decode("utf-8")
