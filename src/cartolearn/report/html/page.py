"""Putting the page together: one file, nothing loaded from anywhere."""

import re
from html import escape
from pathlib import Path
from typing import Any

from cartolearn.errors import InputError
from cartolearn.files import write_text
from cartolearn.report.groups import Group
from cartolearn.report.html.curves import curves_data
from cartolearn.report.html.data import to_json
from cartolearn.report.html.maps import maps_data
from cartolearn.report.html.suspects import suspects
from cartolearn.report.html.texts import texts_of
from cartolearn.report.make import Results, folder_name
from cartolearn.report.table import Cell, Table
from cartolearn.statistics.intervals import Estimate

HERE = Path(__file__).parent


def write_page(results: Results, tables: dict[str, list[Table]], path: Path) -> Path:
    """Write the page to ``path``.

    Raises:
        InputError: plotly is not installed.
    """
    sections = [group_section(group, tables[folder_name(group)]) for group in results.groups]
    common = "".join(table_html(table) for table in tables[""])
    left_out = "".join(f"<li>{escape(line)}</li>" for line in results.left_out)
    parts = {
        "style": (HERE / "page.css").read_text(encoding="utf-8"),
        "plotly": plotly_script(),
        "script": (HERE / "page.js").read_text(encoding="utf-8"),
        "left_out": f"<h2>Left out</h2><ul>{left_out}</ul>" if left_out else "",
        "common": common,
        "sections": "".join(sections),
        "data": to_json([group_data(group) for group in results.groups]),
    }
    page = re.sub(
        r"\{\{(\w+)\}\}", lambda mark: parts[mark[1]], (HERE / "page.html").read_text("utf-8")
    )
    write_text(path, page)
    return path


def plotly_script() -> str:
    """Return plotly.js as the pip package brings it."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise InputError("--html needs plotly: pip install plotly") from error
    return str(get_plotlyjs())


def group_data(group: Group) -> dict[str, Any]:
    """Everything of a group that the script draws."""
    maps, found = maps_data(group), suspects(group)
    texts = texts_of(group)
    return {
        "title": group.title,
        "classes": list(group.dataset.classes),
        "curves": curves_data(group),
        "maps": maps,
        "suspects": found,
        "texts": {str(i): text for i, text in texts.text.items()},
        "labels": {str(row["id"]): texts.label.get(int(row["id"]), "") for row in found},
    }


def group_section(group: Group, tables: list[Table]) -> str:
    """Headings and places for a group's plots, and its tables."""
    shown = "".join(table_html(table) for table in tables if table.shown)
    before, after = (HERE / "group.html").read_text(encoding="utf-8").split("{{tables}}")
    return before.replace("{{title}}", escape(group.title)) + shown + after


def table_html(table: Table) -> str:
    """A table whose columns sort; every text in it is escaped."""
    head = "".join(f'<th tabindex="0">{escape(column)}</th>' for column in table.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td data-value="{escape(sort_value(cell))}">{escape(text)}</td>'
            for cell, text in zip(row, texts, strict=True)
        )
        + "</tr>"
        for row, texts in zip(table.rows, table.texts(), strict=True)
    )
    return (
        f'<details open><summary>{escape(table.title)}</summary><div class="wide">'
        f'<table class="sortable"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="note">{escape(table.note)}</p></details>'
    )


def sort_value(cell: Cell) -> str:
    """Return what a cell is sorted by: an estimate's mean, a number, or a text."""
    if isinstance(cell, Estimate):
        return str(cell.value)
    return "" if cell is None else str(cell)
