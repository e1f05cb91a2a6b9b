"""Texts in spreadsheet cells: safe to open, and the same text when they come back.

A spreadsheet takes a cell that begins with one of = + - @ (or a tab or line break) for a formula
and may run it. Such a cell gets an apostrophe in front, and so does one that begins with an
apostrophe already, so that taking one away always gives the text back. Where the semicolon or the
tab separates cells, as in many countries, a cell begins behind these too, in the midst of a text.
A number stays as it is, whatever its sign: there is nothing in it to run.
"""

import re
from collections.abc import Iterable

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
GUARD = "'"
LONGEST_CELL = 32_767
# Where a cell may begin, and what must not come first in it, white space passed over.
STARTS = "".join(FORMULA_STARTS) + GUARD
BEGIN, FIRST = r"(^|[;\t])", f"(?=[ \u00a0]*[{re.escape(STARTS)}])"
UNGUARDED, GUARDED = re.compile(BEGIN + FIRST), re.compile(BEGIN + GUARD + FIRST)
_GUARD_SOMEWHERE = re.compile(GUARD + FIRST)
PLAIN_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*(E[-+]?\d+)?%?", re.IGNORECASE)

SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)  # a long number, as they show it

_NUMBER = r"[-+(]?[\d\s.,:/%()+\-$€£]+(E[+-]?\d+)?%?"
_DATE = r"\d{1,4}[-/. ]{1,2}\w{3,9}\.?([-/. ]\d{2,4})?"
_PARTS_OF_A_DATE = r"\d{1,4}[-/.]\d{1,4}([-/.]\d{2,4})?( 00:00:00)?"
_TYPED = re.compile(f"{_NUMBER}|{_DATE}", re.IGNORECASE)
_VALUE = re.compile(r"true|false|wahr|falsch|vrai|faux|#\w+[!?]?(/\w+)?|=.*", re.IGNORECASE)


def cell_length(text: str) -> int:
    """Return how long a text is as spreadsheets count: signs beyond U+FFFF are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def guarded_cell(text: str) -> str:
    """Return ``text`` as a cell that no spreadsheet takes for a formula, or for several cells."""
    if _harmless(text) or PLAIN_NUMBER.fullmatch(text):
        return text
    return UNGUARDED.sub(rf"\1{GUARD}", text)


def plain_cell(cell: str) -> str:
    """Return the text that ``guarded_cell`` made ``cell`` of."""
    if GUARD not in cell:
        return cell
    bare = GUARDED.sub(r"\1", cell)
    return bare if guarded_cell(bare) == cell else cell


def _harmless(text: str) -> bool:
    """Tell by a quick look that no cell begins in ``text`` as a formula does."""
    return text.lstrip(" \u00a0")[:1] not in STARTS and ";" not in text and "\t" not in text


def could_be_guarded(line: str) -> bool:
    """Tell whether a line holds what a guarded cell begins with; a quick look, no decision."""
    return bool(_GUARD_SOMEWHERE.search(line))


def all_guarded(cells: Iterable[str]) -> int:
    """Return how many cells ``guarded_cell`` has changed; 0 if it was not used on all of them.

    Where one cell could be taken for a formula and has no apostrophe, none of them is a guard.
    """
    guarded = 0
    for cell in cells:
        bare = plain_cell(cell)
        if bare == cell and guarded_cell(cell) != cell:
            return 0
        guarded += bare != cell
    return guarded


def same_text(cell: str, text: str) -> bool:
    """Tell whether a cell still holds ``text``, for all that spreadsheets do to cells.

    They drop the apostrophe, change line ends, and trim white space at the ends.
    """
    if cell == text:
        return True
    read = [cell, GUARD + cell, plain_cell(cell), plain_cell(GUARD + cell)]
    if PLAIN_NUMBER.fullmatch(text):  # sheets of version 0.1 guarded numbers, too
        read.append(cell.removeprefix(GUARD))
    return _normal(text) in map(_normal, read)


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def made_by_spreadsheet(cell: str, text: str) -> bool:
    """Tell whether ``cell`` may be what a spreadsheet made of ``text`` on opening and saving it.

    They read numbers, percentages, dates and truth values out of texts that look like them, take
    what begins like a formula for one, and cut a cell at 32,767 characters.
    """
    plain, now = text.strip(), cell.strip()
    if cell_length(plain) > LONGEST_CELL:
        return plain.startswith(now) and cell_length(now) >= LONGEST_CELL - 2
    if not _typed(now):
        return False
    return _typed(plain) or plain.startswith(FORMULA_STARTS)


def looks_like_a_date(text: str) -> bool:
    """Tell whether a spreadsheet shows a date as ``text``, or makes one of it."""
    return bool(re.fullmatch(f"{_DATE}|{_PARTS_OF_A_DATE}", text))


def _typed(text: str) -> bool:
    """Tell whether a spreadsheet reads ``text`` as a number, a date, a truth value or an error."""
    digits = any(map(str.isdigit, text))
    return bool(digits and _TYPED.fullmatch(text)) or bool(_VALUE.fullmatch(text))
