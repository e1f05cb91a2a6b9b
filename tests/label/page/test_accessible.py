"""Every view, on a wide screen and on a phone, as axe-core sees it."""

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.browsing import (
    CHROMIUM,
    NARROW,
    WIDE,
    body,
    browsing,
    next_id,
    opened,
    serving,
    wait_until,
)
from tests.label.conftest import WORDS, toy_project, toy_texts

pytest.importorskip("nicegui", reason="the page needs the extra label-page")
Axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="looking needs the extra browser"
).Axe
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium here"),
]

# What fades in has little contrast until it is there.
STILL = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().iterations !== Infinity)
  .map((each) => each.finished.catch(() => {})))"""
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page with labels, a guideline, and two people who differ."""
    gold = toy_texts()[1]
    other = {"bug": "feature", "feature": "question", "question": "bug"}
    project = toy_project(tmp_path_factory.mktemp("axe") / "toy", more=["labelling.batch_size=30"])
    project.record(
        [
            *({"event": "label", "id": row, "label": gold[row]} for row in range(60)),
            {"event": "guideline", "text": "Read all of it."},
        ],
        "ana",
    )
    project.record([{"event": "label", "id": 5, "label": other[gold[5]]}], "bo")
    with serving("label", "serve", project.path, "--by", "ana") as served:
        yield served.links[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as found:
        yield found


def told(page: Any) -> str:
    """Return what axe finds that hinders, one line for each element."""
    page.evaluate(STILL)
    found = Axe().run(page).response["violations"]
    return "\n".join(
        f"{one['impact']} {one['id']}: {node['html'][:300]} {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    )


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_hinders_in_any_view(browser: Any, link: str, size: tuple[int, int]) -> None:
    page = opened(browser, link, size)
    found = {}
    next_id(page)
    wait_until(lambda: "In the background" not in body(page))
    page.get_by_text("Guideline").click()
    found["text"] = told(page)
    page.get_by_role("link", name="Review").click()
    wait_until(lambda: "60 of 60 labelled texts" in body(page))
    found["review"] = told(page)
    page.get_by_role("checkbox", name="Only where models are in doubt").click()
    wait_until(lambda: "are being asked" not in body(page))
    page.get_by_role("combobox", name="Class").click()
    page.get_by_role("option", name=next(iter(WORDS))).wait_for()
    found["filtered"] = told(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Status").click()
    wait_until(lambda: "Models compared" in page.content())
    found["status"] = told(page)
    assert found == dict.fromkeys(found, "")
    assert page.evaluate("document.body.scrollWidth <= window.innerWidth")
