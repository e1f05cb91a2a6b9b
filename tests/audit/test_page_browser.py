"""The page to check on in a real browser, by keyboard as a person would."""

from pathlib import Path
from typing import Any

import pytest

from cartolearn.audit.project.folder import Audit

pytest.importorskip("nicegui", reason="the page needs the extra label-page")
pytest.importorskip("selenium", reason="driving the page needs selenium")
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By

from tests.label.page.driving import CHROMIUM, DRIVER, opened, serving, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no chromium and chromedriver here"),
]


def text(browser: Any) -> str:
    return str(browser.find_element(By.CSS_SELECTOR, ".text").text)


def wait_for_text(browser: Any, texts: list[str], but: str = "") -> int:
    """Return the id of the text that shows, once it is another one than ``but``."""
    wait_until(lambda: text(browser) in texts and text(browser) != but)
    return texts.index(text(browser))


def truth(audit: Path) -> dict[int, str]:
    return Audit.open(audit).state().truth()


def wait_for_checks(audit: Path, count: int) -> None:
    wait_until(lambda: len(truth(audit)) == count)


def test_labels_are_checked_by_keyboard_taken_back_and_reviewed(
    audit: Path, gold: list[str], machine: list[str], tmp_path: Path
) -> None:
    texts = list(Audit.open(audit).texts)
    keys = {name: str(number) for number, name in enumerate(sorted(set(gold)), 1)}
    serve = ("audit", "serve", audit, "--by", "ana", "-n", 4)
    with serving(*serve) as link, opened(link) as browser:
        before = ""
        for number in range(4):
            row = wait_for_text(browser, texts, before)
            page = browser.find_element(By.TAG_NAME, "body").text
            assert "labelled" not in page.replace("Review what was labelled", "")
            assert "Right as it was" not in page
            ActionChains(browser).send_keys(keys[gold[row]]).perform()
            wait_for_checks(audit, number + 1)
            before = texts[row]
            if number == 1:
                wait_for_text(browser, texts, before)
                ActionChains(browser).send_keys("u").perform()
                wait_for_checks(audit, 1)
                wait_until(lambda back=before: text(browser) == back)  # type: ignore[misc]
                browser.save_screenshot(str(tmp_path / "page.png"))
                ActionChains(browser).send_keys(keys[gold[row]]).perform()
                wait_for_checks(audit, 2)
        assert truth(audit) == {row: gold[row] for row in truth(audit)}
        wait_until(lambda: "All that was given out is checked." in text(browser))
        browser.find_element(By.LINK_TEXT, "Review what was labelled").click()
        wait_until(lambda: "4 of 4 labelled texts" in browser.page_source)
        browser.save_screenshot(str(tmp_path / "review.png"))
    shown = ("audit", "serve", audit, "--by", "ana", "-n", 2, "--show-labels")
    with serving(*shown) as link, opened(link) as browser:
        row = wait_for_text(browser, texts)
        page = browser.find_element(By.TAG_NAME, "body").text
        assert f"Text {row}. It was labelled {machine[row]}" in page
        ActionChains(browser).send_keys("r").perform()
        wait_until(lambda: truth(audit).get(row) == machine[row])
        browser.save_screenshot(str(tmp_path / "shown.png"))
