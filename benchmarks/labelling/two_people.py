"""Two people label in two browsers, and the server is killed in the middle; what is lost?

Each answers by keyboard what shows, at once, and goes on when the page is back. An answer counts as
acknowledged when the next text shows. In the end the log must hold each of them once, as it was
given, and nothing beside them but what was under way at the kill: one answer a person at most.
"""

import argparse
import json
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.browsing import Served, browsing, current_id, opened, wait_until
from cartolearn.label.page.desk import DOUBLE
from cartolearn.label.project.folder import Project, Settings

PEOPLE = ("ana", "bo")
AGAIN = 5.0  # seconds until an answer is given once more, as a person would


@dataclass(frozen=True)
class Found:
    """What came out.

    Attributes:
        acknowledged: Answers after which the next text showed.
        recorded: Answers in the log.
        lost: Acknowledged ones that are not there as they were given.
        doubled: Texts with more than one answer, other than those that are asked again.
        under_way: In the log, and not acknowledged.
        median: Seconds until the next text showed.
    """

    acknowledged: int
    recorded: int
    lost: list[tuple[str, int, str]]
    doubled: list[int]
    under_way: list[tuple[str, int, str]]
    median: float


class Person(threading.Thread):
    """Somebody with a browser of their own."""

    def __init__(self, by: str, link: str, gold: list[str], names: list[str], count: int) -> None:
        super().__init__(daemon=True)
        self.by, self.link, self.gold, self.names, self.count = by, link, gold, names, count
        self.given: list[tuple[int, str]] = []
        self.waits: list[float] = []

    def run(self) -> None:
        """Answer until enough is acknowledged."""
        with browsing() as browser:
            page = opened(browser, self.link)
            while len(self.given) < self.count:
                row = wait_until(lambda: shown_id(page))[0]
                self.answer(page, row)
                time.sleep(DOUBLE)

    def answer(self, page: Any, row: int) -> None:
        """Press the key of a text's class, and wait for the next text."""
        start = pressed = time.monotonic()
        self._press(page, row)
        while shown_id(page) in (None, [row]):
            if time.monotonic() - pressed > AGAIN and shown_id(page):
                self._press(page, row)
                pressed = time.monotonic()
            time.sleep(0.005)
        self.waits.append(time.monotonic() - start)
        self.given.append((row, self.gold[row]))

    def _press(self, page: Any, row: int) -> None:
        page.keyboard.press(str(self.names.index(self.gold[row]) + 1))


def shown_id(page: Any) -> list[int] | None:
    """Return the id that shows; None while there is none, or the page is loaded anew."""
    from playwright.sync_api import Error

    try:
        row = current_id(page)
    except Error:
        return None
    return None if row is None else [row]


def label_together(project: Project, gold: list[str], count: int) -> Found:
    """Have two people label, kill the server once half is done, and compare with the log.

    Args:
        project: The project; nobody labelled in it yet.
        gold: The class of each text.
        count: Answers of each person.
    """
    words = ["label", "serve", project.path]
    for by in PEOPLE:
        words += ["--by", by]
    served = Served(tuple(words))
    names = project.settings.classes
    people = [
        Person(by, link, gold, names, count) for by, link in zip(PEOPLE, served.links, strict=True)
    ]
    for person in people:
        person.start()
    try:
        while sum(len(person.given) for person in people) < count:
            time.sleep(0.05)
        served.kill()
        served = Served(tuple(words))
        for person in people:
            person.join()
    finally:
        served.kill()
    return _compared(project, people)


def _compared(project: Project, people: list[Person]) -> Found:
    from cartolearn.event_log import read

    events = [e for e in read(project.log_path) if e["event"] in ("label", "again")]
    recorded = [(e["by"], e["event"], e["id"], e["label"]) for e in events]
    given = [(person.by, row, name) for person in people for row, name in person.given]
    kept = [(by, row, name) for by, _, row, name in recorded]
    first = Counter(row for _, kind, row, _ in recorded if kind == "label")
    again = Counter(row for _, kind, row, _ in recorded if kind == "again")
    waits = sorted(wait for person in people for wait in person.waits)
    return Found(
        acknowledged=len(given),
        recorded=len(recorded),
        lost=list((Counter(given) - Counter(kept)).elements()),
        doubled=[row for count in (first, again) for row, times in count.items() if times > 1],
        under_way=list((Counter(kept) - Counter(given)).elements()),
        median=round(waits[len(waits) // 2], 3),
    )


def main() -> None:
    """Measure once, and print it as JSON."""
    from benchmarks.labelling.texts import load

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", help="trec, shop, ... as in benchmarks/labelling/texts.py")
    parser.add_argument("--count", type=int, default=200, help="answers of each person")
    words = parser.parse_args()
    dataset = load(words.texts)
    names = list(dataset.label_names)
    settings = Settings(words.texts, "text", names, 0, ["embedding=wordllama"])
    with tempfile.TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "project", settings, dataset.texts, [])
        gold = [names[label] for label in dataset.labels]
        print(json.dumps(asdict(label_together(project, gold, words.count))))


if __name__ == "__main__":
    main()
