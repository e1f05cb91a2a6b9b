"""The page in a headless Chromium, with texts that try to be markup and script."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.browsing import CHROMIUM, browsing, wait_until
from cartolearn.commands.report import main
from tests.report.folders import Job, World, write_full, write_run

pytest.importorskip("playwright", reason="driving the page needs the extra browser")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium here; the page is not tested")

SIZE = {"width": 1300, "height": 1000}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("plotly", reason="plotly is not installed")
    root = tmp_path_factory.mktemp("page")
    world = World(hostile=True)
    for strategy in ("random", "cal"):
        for seed in range(2):
            write_run(root, Job(strategy, seed, rounds=6), world)
    write_full(root, Job(), 0.6, world)
    assert main([str(root), "--html", "--no-figures", "--out", str(root / "out")]) == 0
    return root / "out" / "report.html"


class Tab:
    """A tab of a browser.

    Attributes:
        page: Playwright's.
        errors: What the browser complained of.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda told: self.errors.extend([told.text] * (told.type == "error")))

    def run(self, script: str) -> Any:
        """Return what a script returns."""
        return self.page.evaluate(f"() => {{ {script} }}")

    def wait(self, script: str) -> Any:
        """Return what a script returns once that is true."""
        return wait_until(lambda: self.run(script))


@pytest.fixture(scope="module")
def tab(page: Path) -> Iterator[Tab]:
    with browsing() as browser:
        found = Tab(browser.new_page(viewport=SIZE))
        found.page.goto(page.as_uri())
        found.wait("return window.ready === true")
        found.run("document.querySelector('section.group').scrollIntoView()")
        found.wait("return window.views[0] !== undefined")
        yield found


def test_texts_are_shown_and_never_run(tab: Tab) -> None:
    assert tab.run("return window.hacked") is None
    assert tab.run("return document.querySelectorAll('img[src=x]').length") == 0
    cells = tab.run(
        "return [...document.querySelectorAll('.suspicious_labels tbody tr')]"
        ".map(r => r.cells[6].textContent)"
    )
    assert len(cells) > 3
    assert all(text.endswith("<img src=x onerror=hacked()>") for text in cells)
    assert tab.errors == []


def test_hover_tells_text_label_prediction_and_path(tab: Tab) -> None:
    told = tab.run(
        "const v = window.views[0]; v.tell(3, {clientX: 10, clientY: 10});"
        "return [document.getElementById('hover').textContent, v.path.data[0].y,"
        " v.map.path[3].length]"
    )
    assert told[0].startswith("=1+3</script>")
    assert "id 3, label " in told[0]
    assert "predicted " in told[0]
    assert len(told[1]) == told[2] == 4
    assert all(0 <= p <= 1 for p in told[1])


def test_the_mouse_over_a_point_shows_it(tab: Tab) -> None:
    x, y = tab.run(
        "const v = window.views[0]; v.plot.scrollIntoView();"
        "const box = v.plot.getBoundingClientRect(), l = v.plot._fullLayout;"
        "return [box.x + l._size.l + l.xaxis.d2p(v.map.variability[5]),"
        " box.y + l._size.t + l.yaxis.d2p(v.map.confidence[5])]"
    )
    tab.run("document.getElementById('hover').hidden = true")
    tab.page.mouse.move(round(x) - 3, round(y))
    tab.page.mouse.move(round(x), round(y))
    tab.wait("return !document.getElementById('hover').hidden")


def test_a_region_dims_the_others_and_its_rows_are_saved_as_csv(tab: Tab) -> None:
    tab.run("document.querySelectorAll('.regions button')[3].click()")
    count = tab.run("return document.querySelector('.count').textContent")
    tab.run("document.querySelector('.export-selection').click()")
    saved = tab.wait("return window.lastSaved")
    rows = list(csv.DictReader(io.StringIO(saved["text"])))
    assert count == f"{len(rows)} of 300 texts"
    assert {row["region"] for row in rows} == {"hard to learn"}
    assert all(row["text"].startswith("'=1+") for row in rows)
    assert float(rows[0]["confidence"]) < 0.5
    tab.run("document.querySelectorAll('.regions button')[0].click()")
    assert tab.run("return window.views[0].selected.length") == 300


def test_suspects_are_saved_as_csv(tab: Tab) -> None:
    tab.run("document.querySelector('.export-suspects').click()")
    saved = tab.wait("return window.lastSaved.name === 'suspicious_labels.csv' && lastSaved")
    rows = list(csv.DictReader(io.StringIO(saved["text"])))
    assert len(rows) > 3
    assert all(int(row["of maps"]) >= int(row["hard in maps"]) >= 2 for row in rows)
    assert all(row["text"].startswith("'=1+") for row in rows)
    assert all(0 <= float(row["confidence"]) <= 1 for row in rows)


def test_a_click_on_a_name_hides_line_and_band(tab: Tab) -> None:
    tab.run("document.querySelector('.curves .legendtoggle').scrollIntoView()")
    tab.page.locator(".curves .legendtoggle").first.click()
    hidden = tab.wait(
        "const t = document.querySelector('.curves').data.filter(t => t.visible === 'legendonly');"
        "return t.length && t.map(t => t.legendgroup)",
    )
    assert len(hidden) == 2
    assert len(set(hidden)) == 1


def test_tables_sort_by_number(tab: Tab) -> None:
    column = (
        "const t = document.querySelector('.suspicious_labels table');"
        "t.querySelectorAll('th')[0].click();"
        "return [...t.tBodies[0].rows].map(r => Number(r.cells[0].textContent))"
    )
    up = tab.run(column)
    assert up == sorted(up)
    assert tab.run(column) == up[::-1]


def test_another_map_can_be_chosen(tab: Tab) -> None:
    tab.run("window.views[0].show(1)")
    assert tab.run("return window.views[0].map.id.length") == 80
    told = tab.run("return window.views[0].prediction(0)")
    assert told in ("ABBR", "DESC", "ENTY", "another class")
