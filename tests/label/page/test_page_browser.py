"""The page in a real browser, used by keyboard as a person would."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from benchmarks.browsing import (
    CHROMIUM,
    NARROW,
    Served,
    body,
    browsing,
    next_id,
    opened,
    wait_until,
)
from cartolearn.label.project.folder import Project
from tests.label.conftest import toy_project, toy_texts

pytest.importorskip("nicegui", reason="the page needs the extra label-page")
pytest.importorskip("playwright", reason="driving the page needs the extra browser")
DOUBLE = pytest.importorskip("cartolearn.label.page.desk").DOUBLE
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium here"),
]

GOLD = toy_texts()[1]
KEYS = {"bug": "1", "feature": "2", "question": "3"}


class Page:
    """A page of a project, the server behind it, and the browser before it."""

    def __init__(self, folder: Path, browser: Any) -> None:
        self.project = toy_project(folder)
        self.project.record([{"event": "guideline", "text": "Read\nall of it."}], "ana")
        self.browser = browser
        self.start()

    def start(self) -> None:
        """Start the server, and open its link."""
        self.served = Served(("label", "serve", self.project.path, "--by", "ana"))
        self.link = self.served.links[0]
        self.tab = opened(self.browser, self.link)

    def press(self, key: str) -> None:
        """Press a key once whatever was pressed before is no double press any more."""
        self.tab.wait_for_timeout(1000 * DOUBLE)
        self.tab.keyboard.press(key)

    def answer(self, count: int) -> list[int]:
        """Answer as many texts by keyboard; return their ids."""
        rows: list[int] = []
        for _ in range(count):
            rows.append(next_id(self.tab, rows[-1] if rows else None))
            self.press(KEYS[GOLD[rows[-1]]])
        next_id(self.tab, rows[-1])
        return rows

    def labels(self) -> dict[int, str]:
        """Return the labels as they stand on the disk."""
        opened_anew = Project.open(self.project.path)
        return {row: given.label for row, given in opened_anew.state().labels.items()}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browsing() as browser:
        found = Page(tmp_path_factory.mktemp("browser") / "toy", browser)
        yield found
        found.served.kill()


def test_keys_label_undo_and_skip_also_beyond_a_restart_of_the_server(page: Page) -> None:
    rows = page.answer(24)
    assert page.labels() == {row: GOLD[row] for row in dict.fromkeys(rows)}
    current = next_id(page.tab)
    page.press("u")
    assert next_id(page.tab, current) == rows[-1]
    page.press("s")
    assert next_id(page.tab, rows[-1]) == current
    assert rows[-1] in page.project.state().skipped
    before = page.link
    page.served.kill()
    page.start()
    assert page.link == before
    for row in (rows[-1], rows[-2]):
        page.press("u")
        wait_until(lambda row=row: next_id(page.tab) == row)  # type: ignore[misc]
    assert rows[-2] not in page.labels()
    assert "Read\nall of it." in page.project.state().told
    page.tab.get_by_text("Guideline").click()
    page.tab.get_by_text("all of it.").wait_for()


def test_any_class_by_typing_and_focus_that_is_seen(page: Page) -> None:
    row = next_id(page.tab)
    page.press("/")
    wait_until(lambda: page.tab.evaluate("document.activeElement.tagName") == "INPUT")
    page.tab.keyboard.type("fea")
    page.tab.keyboard.press("Enter")
    next_id(page.tab, row)
    assert page.labels()[row] == "feature"
    page.tab.keyboard.press("Escape")
    wait_until(lambda: page.tab.evaluate("document.activeElement.tagName") != "INPUT")
    page.tab.keyboard.press("Tab")
    ring = "getComputedStyle(document.activeElement).boxShadow"
    wait_until(lambda: "rgb(17, 24, 39) 0px 0px 0px 5px" in page.tab.evaluate(ring))


def test_a_double_press_labels_one_text_and_a_button_does_what_its_key_does(page: Page) -> None:
    row, before = next_id(page.tab), page.labels()
    page.press("2")
    page.tab.keyboard.press("2")
    second = next_id(page.tab, row)
    page.tab.wait_for_timeout(1000)
    assert next_id(page.tab) == second
    assert page.labels() == before | {row: "feature"}
    page.tab.get_by_role("button", name="bug").click()
    next_id(page.tab, second)
    assert page.labels()[second] == "bug"


def test_a_region_of_the_map_is_labelled_next(page: Page) -> None:
    wait_until(lambda: "As of" in body(page.tab))
    wait_until(lambda: "In the background" not in body(page.tab))
    page.tab.get_by_role("combobox", name="or choose a part").click()
    page.tab.get_by_role("option").first.click()
    wait_until(lambda: "the next ones come from them" in body(page.tab))
    wait_until(lambda: "In the background" not in body(page.tab))
    row = next_id(page.tab)
    page.press("1")  # keys work after a choice in the list
    next_id(page.tab, row)
    page.press("m")
    page.tab.get_by_text("Draw around").wait_for()
    box = page.tab.locator(".nicegui-echart canvas").last.bounding_box()
    corners = ((0.2, 0.25), (0.95, 0.25), (0.95, 0.7), (0.2, 0.7), (0.2, 0.26))
    page.tab.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.25 * box["height"])
    page.tab.mouse.down()
    for x, y in corners:
        page.tab.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
    page.tab.mouse.up()
    wait_until(lambda: "the next ones come from them" in body(page.tab))


def test_what_was_labelled_is_changed_in_the_review(page: Page) -> None:
    before = page.labels()
    row = list(before)[-1]
    other = next(name for name in KEYS if name != before[row])
    tab = opened(page.browser, page.link)
    tab.get_by_role("link", name="Review").click()
    wait_until(lambda: f"{len(before)} of {len(before)} labelled texts" in body(tab))
    tab.get_by_label("Search the texts").fill(f"nr{row}")
    wait_until(lambda: f"1 of {len(before)} labelled texts" in body(tab))
    tab.get_by_role("button", name="Give it").click()
    wait_until(lambda: "Choose texts in the table, and a label." in body(tab))
    tab.get_by_role("checkbox", name=f"Choose text {row}").click()
    tab.get_by_role("combobox", name="New label").click()
    tab.get_by_role("option", name=other).click()
    tab.get_by_role("button", name="Give it").click()
    wait_until(lambda: f"1 texts are {other} now" in body(tab))
    assert page.labels() == before | {row: other}


def test_nothing_is_loaded_from_elsewhere_or_shown_without_the_token(page: Page) -> None:
    origin = page.link.split("?", maxsplit=1)[0]
    names = page.tab.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert len(names) > 5
    assert all(name.startswith((origin, "data:", "blob:")) for name in names)
    for wrong in (origin, page.link + "x", f"{origin}review", f"{origin}_nicegui_ws/socket.io/"):
        with pytest.raises(HTTPError, match="403"):
            urlopen(wrong)  # noqa: S310


def test_it_fits_a_phone(page: Page) -> None:
    tab = opened(page.browser, page.link, NARROW)
    next_id(tab)
    assert tab.evaluate("document.body.scrollWidth <= window.innerWidth")
    if folder := os.environ.get("LABEL_SCREENSHOTS"):
        tab.screenshot(path=str(Path(folder) / "phone.png"), full_page=True)
