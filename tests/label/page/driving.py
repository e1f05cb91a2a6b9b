"""Driving a page in a real browser: the server, the browser, and waiting for what should show."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
PATIENCE = 90.0
REPO = Path(__file__).parents[3]


@contextmanager
def serving(*words: object) -> Iterator[str]:
    """Run a command of ``cartolearn`` that serves a page; yield its link, and end it."""
    command = [sys.executable, "-m", "cartolearn", *map(str, words), "--no-browser"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
    environment.pop("PYTEST_CURRENT_TEST", None)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=REPO, env=environment
    ) as server:
        assert server.stdout is not None
        found = None
        for line in server.stdout:
            found = re.search(r"http://\S+", line)
            if found:
                break
        assert found
        yield found[0]
        server.terminate()


@contextmanager
def opened(link: str) -> Iterator[Any]:
    """Yield a headless browser on a page."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,950"):
        options.add_argument(word)
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    wait_until(lambda: _is_there(driver, link))
    yield driver
    driver.quit()


def _is_there(driver: Any, link: str) -> bool:
    try:
        driver.get(link)
    except Exception:  # noqa: BLE001  (the server is not up yet)
        return False
    return bool(driver.find_elements(By.CSS_SELECTOR, ".text"))


def wait_until(holds: Callable[[], Any]) -> Any:
    """Return what a function returns once that is true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError("waited in vain")
