"""Separated text as people have it: any separator, quoted or not, rows that a spreadsheet cut."""

import csv
import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from cartolearn.data.delimited import long_fields, parsed
from cartolearn.data.reading.columns import TOP, above, columns_named, header_place
from cartolearn.data.reading.encoding import encoding_of, text_lines
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import readable
from cartolearn.errors import InputError
from cartolearn.spreadsheet import all_guarded, could_be_guarded, plain_cell

NONE = "\x1f"  # a separator that stands in no text
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

_ESCAPED = re.compile(r'(?<!\\)((?:\\\\)*)\\"')  # after an odd number of backslashes
_DECLARED = re.compile(r'"?sep=(.)"?[,;\t|]*', re.IGNORECASE)


@dataclass(frozen=True)
class _Layout:
    """How a file's cells are told apart.

    Attributes:
        path: The file.
        codec: Its encoding.
        separator: What stands between cells.
        skip: How many lines stand before the header.
        plain: Whether quotes are part of the texts.
        spaced: Whether blanks stand between a separator and the quote of a cell.
        escaped: Whether a quote after a backslash is one of the text.
    """

    path: Path
    codec: str
    separator: str
    skip: int = 0
    plain: bool = False
    spaced: bool = False
    escaped: bool = False

    def text_lines(self) -> Iterator[str]:
        """Yield the lines from the header on."""
        lines = islice(text_lines(self.path, self.codec), self.skip, None)
        return (_ESCAPED.sub(r'\1""', line) for line in lines) if self.escaped else lines

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row's cells with its line; blank lines give no cells."""
        with readable(self.path), long_fields():
            if not self.plain:
                rows = parsed(self.path, self.text_lines(), self.separator, spaced=self.spaced)
                for line, cells in rows:
                    yield line + self.skip, cells
                return
            for line, text in enumerate(self.text_lines(), 1 + self.skip):
                bare = text.rstrip("\r\n")
                yield line, bare.split("\t") if bare else []


def open_separated(
    path: Path, wanted: Collection[str], known: Collection[str], encoding: str | None
) -> Rows:
    """Open a file with a header.

    The separator is the one that the file declares (``sep=;``), else the one of its ending if the
    header then has the ``wanted`` columns, else the one that gives them, or the most columns. The
    header is the first line that isn't blank, or one below a title.
    Where the header has one column, separators are part of the texts. Tab-separated text is read
    line by line where quotes in it don't close cells. Apostrophes that guard cells against
    formulas go, where every cell that could be one has its own.

    Raises:
        InputError: The file cannot be read, or holds no row. Malformed quotes come up as the rows
            are read.
    """
    with readable(path):
        layout, assumed = _layout(path, wanted, encoding)
        guarded = _guarded(layout)
        if guarded:
            assumed.append(f"apostrophes that guard {guarded:,} cell(s) against formulas left out")
        lines = layout.lines()
        if guarded:
            lines = ((line, list(map(plain_cell, cells))) for line, cells in lines)
        header = next((cells for _, cells in lines if cells), None)
    if header is None:
        raise InputError(f"{path} holds no row, only blank lines")
    columns, renamed = columns_named(header, {*wanted, *known})
    counted: Counter[str] = Counter()
    rows = _rows(path, lines, columns, set(wanted), counted)
    return Rows(path, columns, rows, "line", [*assumed, *renamed], counted, header=header)


def _layout(path: Path, wanted: Collection[str], encoding: str | None) -> tuple[_Layout, list[str]]:
    """Return how cells are told apart, and what was assumed about it."""
    codec, said = encoding_of(path, encoding)
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    start, declared = _declared(path, codec)
    layout = _Layout(path, codec, declared or usual, start)
    layout = _with_header(layout, wanted, [declared] if declared else SEPARATORS)
    separator = layout.separator
    assumed = [said] if said else []
    assumed += above(layout.skip - start)
    if separator != usual and not declared:
        assumed.append(f"separator {SEPARATORS[separator]}")
    if separator == "\t" and _quotes_are_letters(layout):
        assumed.append("quotes are part of the texts")
        return replace(layout, plain=True), assumed
    if separator == "," and not declared and _only_texts(layout):
        assumed.append("commas are part of the texts, since the header has one column")
        return replace(layout, separator=NONE), assumed
    if _escaped(layout):
        assumed.append("quotes after backslashes are part of the texts")
        return replace(layout, escaped=True), assumed
    if _spaced(layout):
        assumed.append("blanks after separators left out")
        layout = replace(layout, spaced=True)
    return layout, assumed


def _declared(path: Path, codec: str) -> tuple[int, str | None]:
    """Return how many lines to skip, and the separator that the first line declares."""
    found = _DECLARED.fullmatch(next(text_lines(path, codec), "").rstrip("\r\n"))
    return (1, found[1]) if found else (0, None)


def _with_header(layout: _Layout, wanted: Collection[str], separators: Iterable[str]) -> _Layout:
    """Return the layout with the separator by which it has the wanted columns, or the most."""
    widths = {}
    for separator in [layout.separator, *separators]:
        found = replace(layout, separator=separator)
        tops = _top(found)
        place = header_place([cells for _, cells in tops], wanted) or 0
        line, cells = tops[place] if tops else (0, [])
        if wanted and set(wanted) <= set(columns_named(cells, wanted)[0]):
            titles = any(any(cells) for _, cells in tops[:place])
            return replace(found, skip=layout.skip + line * titles)
        widths[separator] = len(_header(found))
    return replace(layout, separator=max(widths, key=widths.__getitem__))


def _top(layout: _Layout) -> list[tuple[int, list[str]]]:
    """Return the first rows, each with how many lines stand before it; malformed ones are taken."""
    rows, before = [], 0
    with long_fields(), suppress(csv.Error):
        reader = csv.reader(islice(layout.text_lines(), TOP), delimiter=layout.separator)
        for cells in reader:
            rows.append((before, cells))
            before = reader.line_num
    return rows


def _header(layout: _Layout) -> list[str]:
    return next((cells for _, cells in _top(layout) if cells), [])


def _quotes_are_letters(layout: _Layout) -> bool:
    """Tell whether every line has the header's columns, and a cell opens a quote and closes none.

    A cell in quotes that goes over several lines leaves lines of other widths; a header all in
    quotes tells that quotes close cells.
    """
    width, stray = 0, False
    for line in layout.text_lines():
        cells = line.rstrip("\r\n").split("\t")
        if cells == [""]:
            continue
        if (not width and all(map(_quoted, cells))) or len(cells) != (width or len(cells)):
            return False
        width = len(cells)
        stray = stray or any(c.startswith('"') and not _quoted(c) for c in cells)
    return stray


def _only_texts(layout: _Layout) -> bool:
    """Tell whether the header has one column, and rows have more cells."""
    if len(_header(layout)) != 1:
        return False
    try:
        return any(any(cells[1:]) for _, cells in layout.lines())
    except InputError:
        return False


def _spaced(layout: _Layout) -> bool:
    """Tell whether cells in quotes come after a blank, and all rows have one width if it goes."""
    before_a_cell = re.compile(re.escape(layout.separator) + ' "[^"\r\n]')
    if not any(map(before_a_cell.search, layout.text_lines())):
        return False
    try:
        if not any(cell.startswith(' "') for _, cells in layout.lines() for cell in cells):
            return False
    except InputError:
        return False
    return _one_width(replace(layout, spaced=True))


def _escaped(layout: _Layout) -> bool:
    """Tell whether backslashes stand before quotes in cells, and all rows have one width then."""
    lines = (line for line in layout.text_lines() if '\\"' in line)
    if not any(map(_ESCAPED.search, lines)):
        return False
    try:
        deque(layout.lines(), maxlen=0)
    except InputError:
        return _one_width(replace(layout, escaped=True))
    return False


def _one_width(layout: _Layout) -> bool:
    try:
        return len({len(cells) for _, cells in layout.lines() if any(cells)}) == 1
    except InputError:
        return False


def _quoted(cell: str) -> bool:
    inner = cell[1:-1]
    return len(cell) > 1 and cell.endswith('"') and '"' not in inner.replace('""', "")


def _guarded(layout: _Layout) -> int:
    """Return how many cells begin with a guard against formulas; 0 if it is not used throughout."""
    if not any(map(could_be_guarded, layout.text_lines())):
        return 0
    try:
        return all_guarded(cell for _, cells in layout.lines() for cell in cells)
    except InputError:  # malformed: named with its line once the rows are read
        return 0


def _rows(
    path: Path,
    lines: Iterator[tuple[int, list[str]]],
    columns: list[str],
    wanted: set[str],
    counted: Counter[str],
) -> Iterator[Row]:
    width = len(columns)
    needed = 1 + max((columns.index(name) for name in wanted if name in columns), default=width - 1)
    with readable(path):
        for line, cells in lines:
            if not any(cells):
                counted["row(s) of empty cells left out"] += bool(cells)
                continue
            while len(cells) > width and not cells[-1]:
                cells.pop()
            problem = ""
            if len(cells) > width or len(cells) < needed:
                advice = "quote a text that holds the separator"
                if len(cells) < needed:
                    advice = "is a text with a line break not in quotes, or the file cut short?"
                problem = (
                    f"malformed row: {len(cells)} columns where {width} are expected; {advice}"
                )
            elif len(cells) < width:
                counted["row(s) shorter than the header, their last cells empty"] += 1
            values = dict(zip(columns, cells, strict=False))
            yield Row(line, values, problem, tuple(cells))
