"""Putting the page together: one file, nothing loaded from anywhere."""

import re
from html import escape
from pathlib import Path
from typing import Any

from cartolearn.errors import InputError
from cartolearn.files import write_text
from cartolearn.report.groups import Group
from cartolearn.report.html.figures import curves_figure, maps_data
from cartolearn.report.html.suspects import suspects_table
from cartolearn.report.html.texts import Texts, texts_of
from cartolearn.report.make import Results, folder_name
from cartolearn.report.table import Cell, Table
from cartolearn.statistics.intervals import Estimate

HERE = Path(__file__).parent


def write_page(results: Results, tables: dict[str, list[Table]], path: Path) -> Path:
    """Write the page to ``path``.

    Raises:
        InputError: Plotly is not installed.
    """
    try:
        from plotly.io.json import to_json_plotly
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise InputError("--html needs plotly: pip install plotly") from error
    texts = [texts_of(group) for group in results.groups]
    sections = [
        group_section(group, known, tables[folder_name(group)])
        for group, known in zip(results.groups, texts, strict=True)
    ]
    data = [group_data(group, known) for group, known in zip(results.groups, texts, strict=True)]
    left_out = "".join(f"<li>{escape(line)}</li>" for line in results.left_out)
    parts = {
        "style": (HERE / "page.css").read_text(encoding="utf-8"),
        "plotly": get_plotlyjs(),
        "script": (HERE / "page.js").read_text(encoding="utf-8"),
        "left_out": f"<h2>Left out</h2><ul>{left_out}</ul>" if left_out else "",
        "common": "".join(map(table_html, tables[""])),
        "sections": "".join(sections),
        "data": to_json_plotly(data, engine="json"),  # no < or >, so it cannot end its element
    }
    page = re.sub(
        r"\{\{(\w+)\}\}", lambda mark: parts[mark[1]], (HERE / "page.html").read_text("utf-8")
    )
    write_text(path, page)
    return path


def group_data(group: Group, texts: Texts) -> dict[str, Any]:
    """Return everything of a group that the script draws and tells."""
    return {
        "classes": group.dataset.classes,
        "curves": curves_figure(group).to_dict(),
        "maps": maps_data(group),
        "texts": {str(i): text for i, text in texts.text.items()},
    }


def group_section(group: Group, texts: Texts, tables: list[Table]) -> str:
    """Return headings and places for a group's plots, and its tables."""
    parts = {
        "title": escape(group.title),
        "suspects": table_html(suspects_table(group, texts)),
        "tables": "".join(table_html(table) for table in tables if table.shown),
    }
    template = (HERE / "group.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda mark: parts[mark[1]], template)


def table_html(table: Table) -> str:
    """Return a table whose columns sort; every text in it is escaped."""
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
        f'<details open><summary>{escape(table.title)}</summary><div class="wide {table.name}">'
        f'<table class="sortable"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="note">{escape(table.note)}</p></details>'
    )


def sort_value(cell: Cell) -> str:
    """Return what a cell is sorted by: an estimate's mean, a number, or a text."""
    if isinstance(cell, Estimate):
        return str(cell.value)
    return "" if cell is None else str(cell)
