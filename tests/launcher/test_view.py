"""What the launcher tells: counts, time left, failures, and the command that repeats a job."""

import time

import pytest
from rich.console import Console

from cartolearn.launcher import view as module
from cartolearn.launcher.preview import makespan
from cartolearn.launcher.view import View
from cartolearn.terminal import Terminal
from cartolearn.text import duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
        (-90, "-1 min 30 s"),
    ],
)
def test_durations_read_as_a_person_would_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_makespan_is_that_of_the_first_free_slot() -> None:
    assert makespan([50, 50, 50], 2) == 100
    assert makespan([10, 40, 10, 10, 10], 2) == 40
    assert makespan([5], 8) == 5
    assert makespan([], 2) == 0


def test_time_left_counts_what_runs_and_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    view = View(total=8, skipped=2, slots=2)
    assert view.state() == "2 of 8 done (2 before), 0 running, 0 failed, time left unknown"
    view.started("a")
    view.started("b")
    now += 100
    view.ended("a", None)
    view.ended("b", "ValueError: x")
    view.started("c")
    view.started("d")
    now += 50
    # Four jobs of 100 s are left, two of them half done: 300 s of work on two slots.
    assert view.state() == ("3 of 8 done (2 before), 2 running, 1 failed, about 2 min 30 s left")


def test_live_view_shows_the_running_jobs_as_they_are_named() -> None:
    view = View(total=3, skipped=0, slots=2)
    view.started("strategy=cal,loop.sizes=[1,2]")
    console = Console(record=True, width=100)
    console.print(view.render())
    text = console.export_text()
    assert "strategy=cal,loop.sizes=[1,2]" in text
    assert "0 of 3 done, 1 running, 0 failed" in text


def test_on_a_terminal_the_view_is_live_and_failures_stay_above_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    console = Terminal(force_terminal=True, record=True, width=100)
    monkeypatch.setattr(module, "Terminal", lambda **_: console)
    with View(total=2, skipped=0, slots=1) as view:
        view.started("good")
        view.ended("good", None)
        view.started("bad")
        view.ended("bad", "ValueError: [x]")
    view.summary([("bad", "ValueError: [x]", "python app.py 'a=[1]'")])
    text = console.export_text()
    assert "FAILED bad" in text
    assert "done good" not in text
    assert "ValueError: [x]" in text
    assert "  python app.py 'a=[1]'" in text
