"""The page in a headless Chromium, with texts that try to be markup and script."""

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cartolearn.commands.report import main
from tests.report.browser import chromium
from tests.report.folders import Job, World, write_full, write_run

SERIOUS = ("SEVERE", "ERROR")


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


@pytest.fixture(scope="module")
def browser(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("profile")) as started:
        started.get(page.as_uri())
        wait(started, "return window.ready === true")
        started.execute_script("document.querySelector('section.group').scrollIntoView()")
        wait(started, "return window.views[0] !== undefined")
        yield started


def wait(browser: Any, script: str, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = browser.execute_script(script)
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"never true: {script}")


def test_texts_are_shown_and_never_run(browser: Any) -> None:
    assert browser.execute_script("return window.hacked") is None
    assert browser.execute_script("return document.querySelectorAll('img[src=x]').length") == 0
    cells = browser.execute_script(
        "return [...document.querySelectorAll('.suspicious_labels tbody tr')]"
        ".map(r => r.cells[6].textContent)"
    )
    assert len(cells) > 3
    assert all(text.endswith("<img src=x onerror=hacked()>") for text in cells)
    assert not [line for line in browser.get_log("browser") if line["level"] in SERIOUS]


def test_hover_tells_text_label_prediction_and_path(browser: Any) -> None:
    told = browser.execute_script(
        "const v = window.views[0]; v.tell(3, {clientX: 10, clientY: 10});"
        "return [document.getElementById('hover').textContent, v.path.data[0].y,"
        " v.map.path[3].length]"
    )
    assert told[0].startswith("=1+3</script>")
    assert "id 3, label " in told[0]
    assert "predicted " in told[0]
    assert len(told[1]) == told[2] == 4
    assert all(0 <= p <= 1 for p in told[1])


def test_the_mouse_over_a_point_shows_it(browser: Any) -> None:
    from selenium.webdriver import ActionChains

    x, y = browser.execute_script(
        "const v = window.views[0]; v.plot.scrollIntoView();"
        "const box = v.plot.getBoundingClientRect(), l = v.plot._fullLayout;"
        "return [box.x + l._size.l + l.xaxis.d2p(v.map.variability[5]),"
        " box.y + l._size.t + l.yaxis.d2p(v.map.confidence[5])]"
    )
    browser.execute_script("document.getElementById('hover').hidden = true")
    mouse: Any = ActionChains(browser)
    mouse.w3c_actions.pointer_action.move_to_location(round(x) - 3, round(y))
    mouse.w3c_actions.pointer_action.move_to_location(round(x), round(y))
    mouse.perform()
    wait(browser, "return !document.getElementById('hover').hidden")


def test_a_region_dims_the_others_and_its_rows_are_saved_as_csv(browser: Any) -> None:
    browser.execute_script("document.querySelectorAll('.regions button')[3].click()")
    count = browser.execute_script("return document.querySelector('.count').textContent")
    browser.execute_script("document.querySelector('.export-selection').click()")
    saved = wait(browser, "return window.lastSaved")
    rows = list(csv.DictReader(io.StringIO(saved["text"])))
    assert count == f"{len(rows)} of 300 texts"
    assert {row["region"] for row in rows} == {"hard to learn"}
    assert all(row["text"].startswith("'=1+") for row in rows)
    assert float(rows[0]["confidence"]) < 0.5
    browser.execute_script("document.querySelectorAll('.regions button')[0].click()")
    assert browser.execute_script("return window.views[0].selected.length") == 300


def test_suspects_are_saved_as_csv(browser: Any) -> None:
    browser.execute_script("document.querySelector('.export-suspects').click()")
    saved = wait(browser, "return window.lastSaved.name === 'suspicious_labels.csv' && lastSaved")
    rows = list(csv.DictReader(io.StringIO(saved["text"])))
    assert len(rows) > 3
    assert all(int(row["of maps"]) >= int(row["hard in maps"]) >= 2 for row in rows)
    assert all(row["text"].startswith("'=1+") for row in rows)
    assert all(0 <= float(row["confidence"]) <= 1 for row in rows)


def test_a_click_on_a_name_hides_line_and_band(browser: Any) -> None:
    browser.execute_script("document.querySelector('.curves .legendtoggle').scrollIntoView()")
    from selenium.webdriver import ActionChains

    toggle = browser.find_element("css selector", ".curves .legendtoggle")
    ActionChains(browser).move_to_element(toggle).click().perform()
    hidden = wait(
        browser,
        "const t = document.querySelector('.curves').data.filter(t => t.visible === 'legendonly');"
        "return t.length && t.map(t => t.legendgroup)",
    )
    assert len(hidden) == 2
    assert len(set(hidden)) == 1


def test_tables_sort_by_number(browser: Any) -> None:
    column = (
        "const t = document.querySelector('.suspicious_labels table');"
        "t.querySelectorAll('th')[0].click();"
        "return [...t.tBodies[0].rows].map(r => Number(r.cells[0].textContent))"
    )
    up = browser.execute_script(column)
    assert up == sorted(up)
    assert browser.execute_script(column) == up[::-1]


def test_another_map_can_be_chosen(browser: Any) -> None:
    browser.execute_script("window.views[0].show(1)")
    assert browser.execute_script("return window.views[0].map.id.length") == 80
    told = browser.execute_script("return window.views[0].prediction(0)")
    assert told in ("ABBR", "DESC", "ENTY", "another class")
