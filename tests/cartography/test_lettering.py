"""Names in pictures as they are: no mathematics, no empty boxes."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from cartolearn.cartography import lettering
from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.figure import draw_data_map
from cartolearn.cartography.lettering import drawable, fonts, plain_text, write_figure
from cartolearn.cartography.style import new_figure, save, themed

NAMES = ["a $x_", "cost $5 and $6", "$\\frac{", "语料", "naïve π"]


def test_a_letter_that_no_font_has_is_spelled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_letters", lambda: frozenset(map(ord, "naïve π")))
    assert drawable("naïve π\n语") == "naïve π\n\\u8bed"
    assert fonts()[0] == "DejaVu Sans"


@pytest.mark.parametrize("name", NAMES)
def test_a_data_map_with_any_title(name: str, tmp_path: Path) -> None:
    gold = np.random.default_rng(0).random((4, 20)).astype(np.float32)
    data_map = DataMap(np.arange(20), np.arange(20) % 2, gold, gold > 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a letter without a glyph
        draw_data_map(data_map, tmp_path / "map.png", name)
    assert (tmp_path / "map.png").stat().st_size > 0


@pytest.mark.parametrize("name", NAMES)
def test_ticks_legends_and_titles_of_a_figure(name: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with themed():
            figure = new_figure(4, 3)
            axes = figure.subplots()
            axes.plot([0, 1], [0, 1], label=name)
            axes.set(title=name, xlabel=name, xticks=[0, 1], xticklabels=[name, "b"])
            axes.text(0, 0, name)
            axes.legend(title=name)
            assert len(save(figure, tmp_path, "figure")) == 2


def test_text_is_drawn_as_written_and_nothing_is_left_changed(tmp_path: Path) -> None:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with plain_text():
        figure = Figure()
        title = figure.subplots().set_title("cost $5 and $6")
    write_figure(figure, tmp_path / "a.png", "png")
    assert title.get_text() == "cost $5 and $6"
    assert not title.get_parse_math()
    assert mpl.rcParams["text.parse_math"]
