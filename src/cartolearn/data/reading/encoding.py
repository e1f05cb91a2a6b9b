"""Which encoding a text file is in: by its mark, by its bytes, or by what the user says."""

import codecs
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from cartolearn.data.table import place
from cartolearn.errors import InputError

CHUNK = 1 << 20
SAMPLE = 1 << 16
RARE = 0.2
ODD = 0.05
LEAST_COHERENCE = 0.4
FOREIGN = 0.02

_RAISED = frozenset("ªº¹²³")
_WITHIN_WORDS = frozenset("\u2018\u2019\u2010\u2011\u2013\u2014\u2026\u00b4\u00b7\u00ad\u00a0")
_ACUTES = frozenset("áéíóú")
_HUNGARIAN = frozenset("áéíóöõúüû")
_ICELANDIC, _NOT_ICELANDIC = frozenset("þðý"), frozenset("çüÜÇ")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path, named: str | None) -> tuple[str, str]:
    """Return the codec to read ``path`` with, and what to say of it ("" for UTF-8).

    UTF-8 is tried on every byte. What is not UTF-8 is taken for cp1250 where its letters are those
    of Hungarian; else for cp1252, as spreadsheets of Western Europe write it, where that gives
    words of mostly plain letters; else for what charset-normalizer is sure of.

    Args:
        path: The file.
        named: The encoding that the user names, or None.

    Raises:
        InputError: The encoding can't be told, or is not the one that was named.
    """
    if named is not None:
        _check_named(path, named)
        return named, ""
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            if mark != codecs.BOM_UTF8:
                _check_named(path, codec)
            return codec, "" if codec == "utf-8-sig" else f"read as {codec.upper()}"
    if wide := _wide(head):
        return wide, f"read as {wide.upper()}"
    bad = _first_bad(path, "utf-8")
    return ("utf-8", "") if bad is None else _guessed(path, *bad)


def text_lines(path: Path, codec: str) -> Iterator[str]:
    """Yield the lines of a file with their ends, every byte order mark at the front gone."""
    with path.open(encoding=codec, newline="") as stream:
        yield stream.readline().lstrip("\ufeff")
        yield from stream


def _check_named(path: Path, named: str) -> None:
    try:
        codecs.lookup(named)
    except LookupError as error:
        raise InputError(f"there is no encoding {named!r}; try utf-8 or cp1252") from error
    bad = _first_bad(path, named)
    if bad is not None:
        raise InputError(f"{_spot(path, bad[0])}: not {named} text (byte {_bytes(bad[1])})")


def _wide(head: bytes) -> str | None:
    """Tell UTF-16 without a mark by its zero bytes, on one side of nearly every character."""
    half = len(head) // 2
    if half < 4 or len(head) % 2:
        return None
    for start, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = head[start::2].count(0), head[1 - start :: 2].count(0)
        if zeros > 0.7 * half and not others:
            return codec
    return None


def _first_bad(path: Path, codec: str) -> tuple[int, bytes] | None:
    """Return where the first byte stands that is not of ``codec``, and the bytes from there."""
    decoder = codecs.getincrementaldecoder(codec)()
    position = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(CHUNK)
            held = decoder.getstate()[0]
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return position - len(held) + error.start, error.object[error.start : error.end]
            if not chunk:
                return None
            position += len(chunk)


def _guessed(path: Path, start: int, bad: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    with path.open("rb") as stream:
        stream.seek(max(0, start - SAMPLE // 2))
        sample = stream.read(SAMPLE)
    if not _holds_utf8(sample):
        if _hungarian(sample) and _first_bad(path, "cp1250") is None:
            return "cp1250", "read as cp1250, Hungarian by its letters (--encoding says another)"
        if _western(sample) and _first_bad(path, "cp1252") is None:
            return "cp1252", "read as cp1252 (--encoding or dataset.encoding says another)"
        best = from_bytes(sample).best()
        sure = best and best.encoding != "utf_8" and best.coherence > LEAST_COHERENCE
        if best and sure and _likely(str(best)) and _first_bad(path, best.encoding) is None:
            return best.encoding, f"read as {best.encoding} (a guess)"
    raise InputError(
        f"{_spot(path, start)}: not UTF-8 text (byte {_bytes(bad)}), and its encoding can't be"
        " told; save the file again as UTF-8, or say dataset.encoding=... (label: --encoding ...)"
    )


def _holds_utf8(sample: bytes) -> bool:
    """Tell whether letters of several bytes occur: then it is UTF-8, and damaged in one place."""
    return any(ord(c) > 127 and c != "\ufffd" for c in sample.decode("utf-8", "replace"))


def _western(sample: bytes) -> bool:
    """Tell whether cp1252 gives what Western European languages are like: few accents, no signs."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    letters = sum(c.isalpha() for c in text)
    accents = sum(c.isalpha() and ord(c) > 127 for c in text)
    return accents <= RARE * letters and _likely(text)


def _hungarian(sample: bytes) -> bool:
    """Tell whether letters are those of Hungarian alone, once õ and û are taken for ő and ű.

    Estonian has õ beside ä and without acutes, Portuguese beside ã and ç or before e.
    """
    text = sample.decode("cp1252", "replace")
    letters = [(here, after) for here, after in pairwise(text.lower()) if ord(here) > 127]
    accents = [here for here, _ in letters if here.isalpha()]
    foreign = sum(here not in _HUNGARIAN for here in accents)
    tilde = any(here == "õ" and after != "e" for here, after in letters)
    return tilde and not _ACUTES.isdisjoint(accents) and foreign <= FOREIGN * len(accents)


def _likely(text: str) -> bool:
    """Tell whether words look like words; read in another encoding than theirs they don't.

    Signs stand between letters then, as in by³o, or capitals come after small letters; and Turkish
    has letters of Icelandic beside its own.
    """
    if not _ICELANDIC.isdisjoint(text) and not _NOT_ICELANDIC.isdisjoint(text):
        return False
    odd = sum(map(_is_odd, text, text[1:], text[2:]))
    return odd <= ODD * sum(ord(c) > 127 for c in text)


def _is_odd(before: str, here: str, after: str) -> bool:
    if ord(here) < 128 or here in _WITHIN_WORDS:
        return False
    if here in _RAISED:
        return after.isalpha() and not before.isdigit()
    if here.isalpha():
        return here.isupper() and before.islower()
    return before.isalpha() and after.isalpha()


def _spot(path: Path, start: int) -> str:
    line, last = 1, b""
    with path.open("rb") as stream:
        while start > 0 and (chunk := stream.read(min(CHUNK, start))):
            start -= len(chunk)
            line += _line_ends(last + chunk)
            last = chunk[-1:] if chunk.endswith(b"\r") else b""
            line -= len(last)
    return place(path, line + len(last))


def _line_ends(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def _bytes(bad: bytes) -> str:
    return " ".join(f"0x{byte:02x}" for byte in bad[:4])
