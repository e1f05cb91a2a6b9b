"""The page to check on in a real browser, by keyboard as a person would."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.browsing import CHROMIUM, WIDE, body, browsing, opened, serving, wait_until
from cartolearn.audit.project.folder import Audit

pytest.importorskip("nicegui", reason="the page needs the extra label-page")
pytest.importorskip("playwright", reason="driving the page needs the extra browser")
from cartolearn.label.page.desk import DOUBLE
from tests.label.page.test_accessible import told

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium here"),
]


def text(page: Any) -> str:
    return str(page.inner_text(".text"))


def wait_for_text(page: Any, texts: list[str], but: str = "") -> int:
    """Return the id of the text that shows, once it is another one than ``but``."""
    wait_until(lambda: text(page) in texts and text(page) != but)
    return texts.index(text(page))


def truth(audit: Path) -> dict[int, str]:
    return Audit.open(audit).state().truth()


def wait_for_checks(audit: Path, count: int) -> None:
    wait_until(lambda: len(truth(audit)) == count)


def test_labels_are_checked_by_keyboard_taken_back_and_reviewed(
    audit: Path, gold: list[str], machine: list[str]
) -> None:
    texts = list(Audit.open(audit).texts)
    keys = {name: str(number) for number, name in enumerate(sorted(set(gold)), 1)}
    with browsing() as browser:
        with serving("audit", "serve", audit, "--by", "ana", "-n", 4) as served:
            page, before = opened(browser, served.links[0]), ""
            for number in range(4):
                row = wait_for_text(page, texts, before)
                assert "labelled" not in body(page)
                assert "Right as it was" not in body(page)
                page.wait_for_timeout(1000 * DOUBLE)
                page.keyboard.press(keys[gold[row]])
                wait_for_checks(audit, number + 1)
                before = texts[row]
                if number == 1:
                    wait_for_text(page, texts, before)
                    page.keyboard.press("u")
                    wait_for_checks(audit, 1)
                    wait_until(lambda back=before: text(page) == back)  # type: ignore[misc]
                    page.wait_for_timeout(1000 * DOUBLE)
                    page.keyboard.press(keys[gold[row]])
                    wait_for_checks(audit, 2)
            assert truth(audit) == {row: gold[row] for row in truth(audit)}
            wait_until(lambda: "All that was given out is checked." in text(page))
            found = {"texts": told(page)}
            page.get_by_role("link", name="Review").click()
            wait_until(lambda: "4 of 4 labelled texts" in body(page))
            assert "Only suspects" not in body(page)
            found["review"] = told(page)
            page.get_by_role("link", name="Status").click()
            wait_until(lambda: "said where a limit is set" in body(page))
            assert "4 of" in body(page)
            found["status"] = told(page)
            assert found == dict.fromkeys(found, "")
        shown = ("audit", "serve", audit, "--by", "ana", "-n", 2, "--show-labels")
        with serving(*shown) as served:
            page = opened(browser, served.links[0], WIDE)
            row = wait_for_text(page, texts)
            assert f"Text {row}. It was labelled {machine[row]}" in body(page)
            page.keyboard.press("r")
            wait_until(lambda: truth(audit).get(row) == machine[row])
