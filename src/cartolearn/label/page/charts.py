"""The two pictures beside the text, as options of the charting library that the page brings."""

from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.data.kept_texts import KeptTexts
from cartolearn.label.page.results import Maps, Points

if TYPE_CHECKING:
    from cartolearn.label.measuring.status import Status

MOST_POINTS = 2000
CUT, LONGEST, WIDTH = 400, 160, 50
NO_CURVE = "No curve yet:\nit needs the features\nand 20 labels\nof two classes."
NO_MAP = "No map yet:\nit needs the features\nand labels\nof two classes."
INK, BLUE, GREY, WHITE = "#222222", "#0072B2", "#767676", "#FFFFFF"
GROUPS = (  # correctness up to, colour (safe for the colour-blind), symbol
    (1 / 3, "#D55E00", "triangle"),
    (2 / 3, "#E69F00", "rect"),
    (1.0, "#009E73", "circle"),
)


def curve_options(status: "Status | None") -> dict[str, Any]:
    """Plot accuracy against labels, its interval dashed, the forecast dotted."""
    points = status.curve if status else []
    ahead = status.forecasts if status else []
    now = points[-1:]
    later = [(now[0].labels + f.more, f) for f in ahead] if now else []
    line = [[p.labels, round(p.accuracy, 4)] for p in points]
    to_come = [*line[-1:], *([n, round(f.accuracy, 4)] for n, f in later)]
    low = [*([p.labels, p.low] for p in points), *([n, f.low] for n, f in later)]
    high = [*([p.labels, p.high] for p in points), *([n, f.high] for n, f in later)]
    return {
        "animation": False,
        "title": {"text": "Accuracy so far, and to come", "textStyle": {"fontSize": 14}},
        "grid": {"left": 50, "right": 20, "top": 40, "bottom": 65},
        "legend": {"bottom": 0, "itemGap": 12, "textStyle": {"color": INK}},
        "graphic": _instead("" if points else NO_CURVE),
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "xAxis": _axis("labels", 28),
        "yAxis": {**_axis("accuracy (share)", 36), "min": 0, "max": 1},
        "series": [
            _line("measured", line, BLUE, "solid", symbol=True),
            _line("forecast", to_come, BLUE, "dotted", symbol=True),
            _line("interval", low, GREY, "dashed", symbol=False),
            _line("interval", high, GREY, "dashed", symbol=False),
        ],
    }


def map_options(maps: Maps | None, texts: KeptTexts | None = None) -> dict[str, Any]:
    """Plot variability against confidence: the pool in grey, labelled texts by correctness.

    Args:
        maps: What to show, if there is anything yet.
        texts: The project's texts, of which the one at the pointer is shown; none shows none.
    """
    series = [_scatter("pool", GREY, "circle", 4, maps.pool, None, texts)] if maps else []
    below = -1.0
    for above, colour, symbol in GROUPS if maps else ():
        known = maps.labelled if maps else None
        if known is not None:
            group = (known.correctness > below) & (known.correctness <= above + 1e-9)
            name = f"right in up to {above:.0%}"
            series.append(_scatter(name, colour, symbol, 8, known, group, texts))
        below = above + 1e-9
    return {
        "animation": False,
        "title": {
            "text": "Data map",
            "subtext": "a point is a text: at the top the model is sure,\nto the right it changed",
            "textStyle": {"fontSize": 14},
            "subtextStyle": {"color": INK, "fontSize": 11, "lineHeight": 14},
            "itemGap": 4,
        },
        "toolbox": {"show": False},
        "grid": {"left": 50, "right": 20, "top": 70, "bottom": 95},
        "legend": {"bottom": 0, "itemGap": 8, "textStyle": {"fontSize": 11, "color": INK}},
        "graphic": _instead("" if maps else NO_MAP),
        "tooltip": {"trigger": "item", "renderMode": "richText", "formatter": "{b}"},
        "xAxis": _axis("variability over the epochs", 28),
        "yAxis": {**_axis("confidence", 36), "min": 0, "max": 1},
        "brush": {
            "toolbox": [],
            "xAxisIndex": 0,
            "yAxisIndex": 0,
            "brushStyle": {"borderWidth": 2, "color": "rgba(0,114,178,0.15)", "borderColor": BLUE},
        },
        "series": series,
    }


def _instead(words: str) -> list[dict[str, Any]]:
    """Say in the middle of a chart why there is nothing in it; "" takes the words away again."""
    style = {"text": words, "fill": INK, "fontSize": 13, "lineHeight": 18, "backgroundColor": WHITE}
    place = {"left": "center", "top": "middle", "z": 10}  # before the lines of the grid
    return [{"type": "text", "id": "instead", **place, "style": style}]


def _axis(name: str, gap: int) -> dict[str, Any]:
    return {
        "type": "value",
        "name": name,
        "nameLocation": "middle",
        "nameGap": gap,
        "nameTextStyle": {"color": INK},
    }


def _line(name: str, data: list[Any], colour: str, kind: str, *, symbol: bool) -> dict[str, Any]:
    return {
        "name": name,
        "type": "line",
        "data": data,
        "showSymbol": symbol,
        "itemStyle": {"color": colour},
        "lineStyle": {"color": colour, "type": kind},
    }


def _scatter(
    name: str,
    colour: str,
    symbol: str,
    size: int,
    data: Points,
    rows: NDArray[np.bool_] | None,
    texts: KeptTexts | None,
) -> dict[str, Any]:
    """Show at most 2,000 points, drawn by a fixed seed."""
    shown = np.arange(len(data.ids)) if rows is None else np.flatnonzero(rows)
    if len(shown) > MOST_POINTS:
        shown = np.random.default_rng(0).choice(shown, MOST_POINTS, replace=False)
    points = np.stack([data.variability[shown], data.confidence[shown]], axis=1)
    return {
        "name": name,
        "type": "scatter",
        "data": _named(points.round(4).tolist(), data.ids[shown], texts),
        "symbol": symbol,
        "symbolSize": size,
        "itemStyle": {"color": colour, "opacity": 0.7},
    }


def _named(points: list[Any], ids: NDArray[np.int64], texts: KeptTexts | None) -> list[Any]:
    """Put the beginning of its text to each point, in lines that a tooltip has room for."""
    if texts is None:
        return points
    return [
        {"value": point, "name": "\n".join(wrap(shorten(text[:CUT], LONGEST), WIDTH))}
        for point, text in zip(points, texts.take(ids), strict=True)
    ]
