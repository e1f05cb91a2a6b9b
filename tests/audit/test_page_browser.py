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


def test_labels_are_checked_by_keyboard_taken_back_and_reviewed(
    audit: Path, gold: list[str], machine: list[str], tmp_path: Path
) -> None:
    texts = Audit.open(audit).texts
    truth = lambda: Audit.open(audit).state().truth()  # noqa: E731
    keys = {name: str(number) for number, name in enumerate(sorted(set(gold)), 1)}
    serve = ("audit", "serve", audit, "--by", "ana", "-n", 4)
    with serving(*serve) as link, opened(link) as browser:
        for number in range(4):
            row = texts.index(wait_until(lambda: text(browser) in texts and text(browser)))
            page = browser.find_element(By.TAG_NAME, "body").text
            assert "labelled" not in page.replace("Review what was labelled", "")
            assert "Right as it was" not in page
            ActionChains(browser).send_keys(keys[gold[row]]).perform()
            wait_until(lambda n=number: len(truth()) == n + 1)
            wait_until(lambda t=texts[row]: text(browser) != t)
            if number == 1:
                ActionChains(browser).send_keys("u").perform()
                wait_until(lambda: len(truth()) == 1)
                wait_until(lambda t=texts[row]: text(browser) == t)
                browser.save_screenshot(str(tmp_path / "page.png"))
                ActionChains(browser).send_keys(keys[gold[row]]).perform()
                wait_until(lambda: len(truth()) == 2)
                wait_until(lambda t=texts[row]: text(browser) != t)
        assert truth() == {row: gold[row] for row in truth()}
        wait_until(lambda: "All that was given out is checked." in text(browser))
        browser.find_element(By.LINK_TEXT, "Review what was labelled").click()
        wait_until(lambda: "4 of 4 labelled texts" in browser.page_source)
        browser.save_screenshot(str(tmp_path / "review.png"))
    shown = ("audit", "serve", audit, "--by", "ana", "-n", 2, "--show-labels")
    with serving(*shown) as link, opened(link) as browser:
        wait_until(lambda: "All that was given out" in text(browser) or text(browser) in texts)
        for button in browser.find_elements(By.TAG_NAME, "button"):
            if "more" in button.text and text(browser) not in texts:
                button.click()
        row = texts.index(wait_until(lambda: text(browser) in texts and text(browser)))
        page = browser.find_element(By.TAG_NAME, "body").text
        assert f"Text {row}. It was labelled {machine[row]}" in page
        ActionChains(browser).send_keys("r").perform()
        wait_until(lambda: truth().get(row) == machine[row])
        browser.save_screenshot(str(tmp_path / "shown.png"))
