"""The page in a real browser, labelled by keyboard as a person would."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.trec import Trec
from cartolearn.label.project.folder import Project, Settings

pytest.importorskip("nicegui", reason="the page needs the extra label-page")
pytest.importorskip("selenium", reason="driving the page needs selenium")
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from cartolearn.label.page.desk import DOUBLE
from tests.label.page.driving import CHROMIUM, DRIVER, opened, serving, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no chromium and chromedriver here"),
]


@pytest.fixture(scope="module")
def trec(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """A project of TREC's questions, and the true class of each."""
    dataset = Trec(str(shared_data), "").load()
    names = list(dataset.label_names)
    options = ["embedding=wordllama", "labelling.batch_size=20"]
    settings = Settings("trec.csv", "text", names, 0, options)
    project = Project.create(tmp_path_factory.mktemp("page") / "trec", settings, dataset.texts, [])
    return project, [names[label] for label in dataset.labels]


@pytest.fixture(scope="module")
def link(trec: tuple[Project, list[str]]) -> Iterator[str]:
    """The link that the command prints; the server ends with the tests."""
    with serving("label", "serve", trec[0].path) as found:
        yield found


@pytest.fixture
def browser(link: str) -> Iterator[Any]:
    """A headless browser on the page."""
    with opened(link) as driver:
        yield driver


def shown(browser: Any, css: str) -> str:
    return str(browser.find_element(By.CSS_SELECTOR, css).text)


def current_id(browser: Any) -> int | None:
    found = re.search(r"Text (\d+):", shown(browser, "body"))
    return int(found[1]) if found else None


def press(browser: Any, key: str) -> None:
    ActionChains(browser).send_keys(key).perform()


def picture(browser: Any, name: str) -> None:
    folder = os.environ.get("LABEL_SCREENSHOTS")
    if folder:
        browser.save_screenshot(str(Path(folder) / f"{name}.png"))


def test_fifty_questions_by_keyboard(browser: Any, trec: tuple[Project, list[str]]) -> None:
    project, gold = trec
    names = project.settings.classes
    waits = []
    for number in range(50):
        row = wait_until(lambda: current_id(browser))
        assert shown(browser, ".text").split() == project.texts[row].split()
        start = time.monotonic()
        press(browser, str(names.index(gold[row]) + 1))
        _wait_for_another(browser, row)
        waits.append(time.monotonic() - start)
        time.sleep(DOUBLE)  # the same key sooner would be a double press
        if number in (0, 30):
            picture(browser, f"after_{number + 1}")
    state = project.state()
    assert len(state.labels) + len(state.repeats) == 50
    assert state.repeats
    assert state.changed_minds() == []
    assert all(given.label == gold[row] for row, given in state.labels.items())
    assert {given.source for given in state.labels.values()} == {"page"}
    how = {pick.how for batch in state.batches for pick in batch}
    assert {"random", "first", "coverage", "again"} <= how
    wait_until(lambda: "Go on" in shown(browser, "body") or "top" in shown(browser, "body"))
    picture(browser, "after_50")
    print(f"median wait {sorted(waits)[25]:.2f} s, longest {max(waits):.2f} s")


def _wait_for_another(browser: Any, row: int) -> None:
    wait_until(lambda: current_id(browser) != row)


def test_undo_and_skip(browser: Any, trec: tuple[Project, list[str]]) -> None:
    project, _ = trec
    row = wait_until(lambda: current_id(browser))
    press(browser, "1")
    after = wait_until(lambda: current_id(browser) not in (row, None) and current_id(browser))
    assert row in project.state().labels
    press(browser, "u")
    wait_until(lambda: current_id(browser) == row)
    assert row not in project.state().labels
    press(browser, "s")
    wait_until(lambda: current_id(browser) == after)
    assert row in project.state().skipped


def test_buttons_do_what_the_keys_do(browser: Any, trec: tuple[Project, list[str]]) -> None:
    project, _ = trec
    row = wait_until(lambda: current_id(browser))
    name = project.settings.classes[2]
    browser.find_element(By.XPATH, f"//button[contains(., '{name}')]").click()
    wait_until(lambda: current_id(browser) != row)
    assert project.state().labels[row].label == name
    press(browser, "u")
    wait_until(lambda: current_id(browser) == row)


def test_a_marked_region_is_labelled_next(browser: Any, trec: tuple[Project, list[str]]) -> None:
    wait_until(lambda: "In the background" not in shown(browser, "body"))
    chart = browser.find_elements(By.CSS_SELECTOR, ".nicegui-echart canvas")[-1]
    press(browser, "m")
    wait_until(lambda: "Draw around" in shown(browser, "body"))
    time.sleep(0.5)
    drawn = ActionChains(browser).move_to_element_with_offset(chart, -150, -90).click_and_hold()
    for x, y in ((300, 0), (0, 150), (-300, 0), (0, -150)):
        drawn.move_by_offset(x, y)
    drawn.release().perform()
    wait_until(lambda: "the next ones come from them" in shown(browser, "body"))
    picture(browser, "lasso")
    wait_until(lambda: "choosing texts" not in shown(browser, "body"))
    press(browser, "s")
    wait_until(lambda: "in the region that you marked" in _skipped_random(browser))


def _skipped_random(browser: Any) -> str:
    body = shown(browser, "body")
    if "drawn at random" in body or "asked again" in body:
        press(browser, "s")
    return body


def test_a_part_of_the_map_can_be_chosen_without_a_mouse(
    browser: Any, trec: tuple[Project, list[str]]
) -> None:
    wait_until(lambda: "In the background" not in shown(browser, "body"))
    browser.find_element(By.CSS_SELECTOR, ".q-select input").send_keys(Keys.ARROW_DOWN)
    time.sleep(0.5)
    ActionChains(browser).send_keys(Keys.ARROW_DOWN, Keys.ENTER).perform()
    wait_until(lambda: "the next ones come from them" in shown(browser, "body"))


def test_it_fits_a_phone(browser: Any) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True},
    )
    time.sleep(1.5)
    widths = browser.execute_script("return [document.body.scrollWidth, window.innerWidth]")
    picture(browser, "phone")
    assert widths[0] <= widths[1]


def test_nothing_is_loaded_from_elsewhere(browser: Any, link: str) -> None:
    wait_until(lambda: current_id(browser))
    origin = link.split("?", maxsplit=1)[0]
    names = browser.execute_script("return performance.getEntriesByType('resource').map(e=>e.name)")
    assert len(names) > 5
    assert all(name.startswith((origin, "data:", "blob:")) for name in names)


def test_without_the_token_nothing_is_shown(link: str) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    for wrong in (
        link.split("?", maxsplit=1)[0],
        link + "x",
        link.split("?", maxsplit=1)[0] + "_nicegui_ws/socket.io/",
    ):
        with pytest.raises(HTTPError, match="403"):
            urlopen(wrong)  # noqa: S310


def test_a_double_press_labels_one_text(browser: Any, trec: tuple[Project, list[str]]) -> None:
    wait_until(lambda: current_id(browser) is not None)
    before = len(trec[0].state().labels)
    time.sleep(0.5)
    ActionChains(browser).send_keys("2").send_keys("2").perform()
    wait_until(lambda: len(trec[0].state().labels) > before)
    time.sleep(1)
    assert len(trec[0].state().labels) == before + 1


def test_any_class_by_typing_its_name(browser: Any, trec: tuple[Project, list[str]]) -> None:
    row = wait_until(lambda: current_id(browser))
    name = trec[0].state().classes[-1]
    press(browser, "/")
    wait_until(lambda: browser.switch_to.active_element.tag_name == "input")
    press(browser, name + Keys.ENTER)
    wait_until(lambda: row in trec[0].state().labels)
    assert trec[0].state().labels[row].label == name
    press(browser, Keys.ESCAPE)
    wait_until(lambda: browser.switch_to.active_element.tag_name == "body")


def test_what_was_labelled_is_reviewed(browser: Any, trec: tuple[Project, list[str]]) -> None:
    row = wait_until(lambda: current_id(browser))
    press(browser, "1")
    wait_until(lambda: row in trec[0].state().labels)
    browser.find_element(By.LINK_TEXT, "Review what was labelled").click()
    count = len(trec[0].state().labels)
    wait_until(lambda: f"{count} of {count} labelled texts" in shown(browser, "body"))
    picture(browser, "review")
    browser.find_element(By.CSS_SELECTOR, "tbody .q-checkbox").click()
    button = next(b for b in browser.find_elements(By.CSS_SELECTOR, "button") if "Give" in b.text)
    button.click()
    wait_until(lambda: "Choose texts in the table, and a label." in shown(browser, "body"))


def test_colours_can_be_read_and_the_keyboard_seen(browser: Any) -> None:
    """WCAG's level AA: 4.5 to 1 between the letters of a button and what is behind them."""
    wait_until(lambda: current_id(browser) is not None)
    button = browser.find_element(By.CSS_SELECTOR, "button.bg-primary")
    back, front = (
        [int(part) for part in re.findall(r"\d+", button.value_of_css_property(name))[:3]]
        for name in ("background-color", "color")
    )
    light = sorted(luminance(colour) for colour in (back, front))
    assert (light[1] + 0.05) / (light[0] + 0.05) >= 4.5
    press(browser, Keys.TAB)
    ring = browser.switch_to.active_element.value_of_css_property("box-shadow")
    assert "rgb(17, 24, 39) 0px 0px 0px 5px" in ring


def luminance(colour: list[int]) -> float:
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
