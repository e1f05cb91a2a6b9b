"""Texts in spreadsheet cells: safe to open, and the same text when they come back.

A spreadsheet takes a cell that begins with one of = + - @ (or a tab or line break) for a formula
and may run it. Such a cell gets an apostrophe in front, and so does one that begins with an
apostrophe already, so that taking one away always gives the text back.
"""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
GUARD = "'"


def guarded_cell(text: str) -> str:
    """Return ``text`` as a cell that no spreadsheet takes for a formula.

    White space at the front counts too: some spreadsheets pass over it.
    """
    start = text.lstrip(" \u00a0")
    return GUARD + text if start.startswith((*FORMULA_STARTS, GUARD)) else text


def plain_cell(cell: str) -> str:
    """Return the text that ``guarded_cell`` made ``cell`` of."""
    bare = cell.removeprefix(GUARD)
    return bare if bare != cell and guarded_cell(bare) == cell else cell


def same_text(cell: str, text: str) -> bool:
    """Whether a cell still holds ``text``, for all that spreadsheets do to cells.

    They drop the apostrophe, change line ends, and trim white space at the ends.
    """
    return _normal(text) in {_normal(cell), _normal(plain_cell(cell)), _normal(GUARD + cell)}


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
