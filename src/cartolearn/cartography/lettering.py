"""Names and classes in pictures: text as it is, never mathematics, never empty boxes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

# For letters that matplotlib's own font lacks; the first of those that are installed.
MORE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB",
    "Arial Unicode MS", "Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari",
)  # fmt: skip


@contextmanager
def plain_text() -> Iterator[None]:
    """Have what is drawn in the block take ``$`` for a dollar, and use every font there is."""
    import matplotlib as mpl

    with mpl.rc_context({"text.parse_math": False, "font.family": fonts()}):
        yield


@cache
def fonts() -> list[str]:
    """Return matplotlib's own font, then those of ``MORE_FONTS`` that are installed."""
    from matplotlib import font_manager

    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in MORE_FONTS if name in installed)]


def write_figure(figure: Any, path: Path, ending: str) -> None:
    """Write a figure that was drawn in ``plain_text``; a letter of no font is spelled out."""
    from matplotlib.text import Text

    with plain_text():
        for text in figure.findobj(Text):
            text.set_text(drawable(text.get_text()))
        for axes in figure.axes:
            _spell_ticks(axes.xaxis)
            _spell_ticks(axes.yaxis)
        figure.savefig(path, format=ending, dpi=150)


def _spell_ticks(axis: Any) -> None:
    """Spell out names along an axis, which it keeps apart from the texts it draws."""
    from matplotlib.ticker import FixedLocator

    if isinstance(axis.get_major_locator(), FixedLocator):
        names = [label.get_text() for label in axis.get_ticklabels()]
        spelled = [drawable(name) for name in names]
        if spelled != names:
            axis.set_ticklabels(spelled)


def drawable(text: str) -> str:
    r"""Return ``text`` with each letter that no font has as its code, such as ``\u8bed``."""
    return "".join(
        letter if letter.isspace() or ord(letter) in _letters() else _code(letter)
        for letter in text
    )


def _code(letter: str) -> str:
    return letter.encode("unicode_escape").decode()


@cache
def _letters() -> frozenset[int]:
    from matplotlib import font_manager

    found = [font_manager.findfont(name, fallback_to_default=False) for name in fonts()]
    return frozenset[int]().union(*(font_manager.get_font(path).get_charmap() for path in found))
