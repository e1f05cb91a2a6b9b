"""How soon the page answers a key, two people at once, and what memory its server takes.

Two browsers answer by keyboard while the server trains and measures behind them. A wait is measured
in the browser, from the key to the next text. Memory is the most of each of the server's processes
(VmHWM), added up, beside that of the same server with about as many labels and few texts more,
against what the texts and their features take. The browsers are on the same machine and take their
share of it.
"""

import argparse
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from benchmarks.browsing import Served, browsing, opened, wait_until
from benchmarks.labelling.two_people import PEOPLE, Person, shown_id
from cartolearn.event_log import Event
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.page.desk import DOUBLE
from cartolearn.label.project.folder import Project, Settings

WATCH = """() => {
  window.waits = []; let at = null;
  addEventListener("keydown", () => { at = performance.now(); }, true);
  new MutationObserver(() => {
    if (at !== null) { window.waits.push(performance.now() - at); at = null; }
  }).observe(document.querySelector(".asked"), {childList: true, characterData: true,
                                                subtree: true});
}"""


class Timed(Person):
    """Somebody whose browser notes how long each answer took.

    Attributes:
        pace: Seconds of reading between the next text and its answer.
    """

    pace = DOUBLE

    def run(self) -> None:
        """Answer, and keep the waits."""
        with browsing() as browser:
            page = opened(browser, self.link)
            page.evaluate(WATCH)
            while len(self.given) < self.count:
                row = wait_until(lambda: shown_id(page))[0]
                self.answer(page, row)
                time.sleep(self.pace)
            self.waits = [wait / 1000 for wait in page.evaluate("window.waits") or []]


def made(folder: Path, name: str, size: int, labelled: int) -> tuple[Project, list[str]]:
    """Make a project of so many texts of a data set, some of them labelled."""
    from benchmarks.labelling.texts import load

    dataset = load(name)
    rows = np.random.default_rng(0).permutation(len(dataset.texts))[:size].tolist()
    names = list(dataset.label_names)
    gold = [names[dataset.labels[row]] for row in rows]
    settings = Settings(name, "text", names, 0, ["embedding=wordllama"])
    events: list[Event] = [
        {"event": "label", "id": row, "label": gold[row], "by": "cy"} for row in range(labelled)
    ]
    project = Project.create(folder, settings, [dataset.texts[row] for row in rows], events)
    return project, gold


@dataclass(frozen=True)
class Taken:
    """What the server's processes took, the one that answers first.

    Attributes:
        memory: The most bytes of each.
        seconds: Of the processor, of each.
    """

    memory: list[int]
    seconds: list[float]

    @classmethod
    def by(cls, process: int) -> Self:
        """Return what a process and its children took so far."""
        all_of_them = [process, *_children(process)]
        return cls([_most(each) for each in all_of_them], [_seconds(each) for each in all_of_them])


def at_rest(process: int, seconds: float = 10, at_most: float = 600) -> None:
    """Wait until a server has trained and measured what it had to: it hardly uses the processor."""
    end, before, now = time.monotonic() + at_most, -seconds, 0.0
    while now > before + seconds / 10 and time.monotonic() < end:
        time.sleep(seconds)
        before, now = now, sum(Taken.by(process).seconds)


def _children(process: int) -> list[int]:
    listed = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")]
    return [int(each) for line in listed for each in line.split()]


def _most(process: int) -> int:
    told = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    line = next(line for line in told.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _seconds(process: int) -> float:
    told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def served(project: Project, gold: list[str], count: int) -> tuple[list[float], Taken]:
    """Have two people answer; return their waits in seconds, and what the server took."""
    words: list[Any] = ["label", "serve", project.path]
    for by in PEOPLE:
        words += ["--by", by]
    server = Served(tuple(words))
    try:
        names = project.settings.classes
        people = [
            Timed(by, link, gold, names, count)
            for by, link in zip(PEOPLE, server.links, strict=True)
        ]
        for person in people:
            person.start()
        for person in people:
            person.join()
        at_rest(server.process.pid)
        taken = Taken.by(server.process.pid)
    finally:
        server.kill()
    return [wait for person in people for wait in person.waits], taken


def main() -> None:
    """Measure once, and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", help="agnews, shop, ... as in benchmarks/labelling/texts.py")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--labelled", type=int, default=400)
    parser.add_argument("--count", type=int, default=100, help="answers of each person")
    parser.add_argument("--pace", type=float, default=DOUBLE, help="seconds between two answers")
    words = parser.parse_args()
    Timed.pace = words.pace
    with tempfile.TemporaryDirectory() as folder:
        labelled = words.labelled + 100
        small, gold = made(Path(folder) / "small", words.texts, labelled + 100, labelled)
        _, base = served(small, gold, 5)
        project, gold = made(Path(folder) / "large", words.texts, words.size, words.labelled)
        features = ProjectFeatures.of(project).unscaled
        held = sum(len(text.encode()) for text in project.texts)
        held += len(features) * features.shape[1] * 4
        waits, taken = served(project, gold, words.count)
        told = {
            "texts": len(project.texts),
            "answers": len(waits),
            "median": round(float(np.median(waits)), 3),
            "p99": round(float(np.quantile(waits, 0.99)), 3),
            "longest": round(max(waits), 3),
            "over_100_ms": sum(wait > 0.1 for wait in waits),
            "texts_and_features": held,
            "memory": sum(taken.memory) - sum(base.memory),
            "processes": taken.memory,
            "base": base.memory,
            "processor_seconds": taken.seconds,
        }
        print(json.dumps(told))


if __name__ == "__main__":
    main()
