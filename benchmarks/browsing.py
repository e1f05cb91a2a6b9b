"""Driving the pages in a real browser: the server, the browser, and waiting for what shows."""

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

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
WIDE, NARROW = (1400, 950), (360, 740)
PATIENCE = 90.0
REPO = Path(__file__).parents[1]


class Served:
    """A command of ``cartolearn`` that serves a page.

    Attributes:
        links: For each person, in the order in which they were named.
    """

    def __init__(self, words: tuple[object, ...]) -> None:
        """Start it, and wait for its links."""
        command = [sys.executable, "-m", "cartolearn", *map(str, words), "--no-browser"]
        environment = os.environ | {"PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
        environment.pop("PYTEST_CURRENT_TEST", None)  # NiceGUI would take itself for tested
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=REPO, env=environment
        )
        people = max(1, list(words).count("--by"))
        self.links = [self._link() for _ in range(people)]

    def _link(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                return found[0]
        raise AssertionError("no link was printed")

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(*words: object) -> Iterator[Served]:
    """Run a command of ``cartolearn`` that serves a page, and end it."""
    served = Served(words)
    try:
        yield served
    finally:
        served.process.terminate()
        served.process.wait()


@contextmanager
def browsing() -> Iterator[Any]:
    """Yield a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Any, link: str, size: tuple[int, int] = WIDE) -> Any:
    """Return a page of a browser of its own, without the cookies of others."""
    phone = size[0] < 500
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, is_mobile=phone, has_touch=phone
    )
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    wait_until(lambda: _is_there(page, link))
    return page


def _is_there(page: Any, link: str) -> bool:
    from playwright.sync_api import Error

    try:
        page.goto(link)
        page.wait_for_selector(".text", timeout=5000)
    except Error:  # the server is not up yet
        return False
    return True


def wait_until(holds: Callable[[], Any]) -> Any:
    """Return what a function returns once that is true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def body(page: Any) -> str:
    """Return all that can be read."""
    return str(page.inner_text("body"))


def current_id(page: Any) -> int | None:
    """Return the id of the text that shows."""
    shown = page.evaluate("document.querySelector('.asked')?.textContent")
    found = re.search(r"Text (\d+)", shown or "")
    return int(found[1]) if found else None


def next_id(page: Any, but: int | None = None) -> int:
    """Return the id of the text that shows once it is another one than ``but``."""
    return int(wait_until(lambda: (found := current_id(page)) not in (None, but) and [found])[0])
