"""How soon the page answers a key, two people at once, and what memory its server takes.

Two browsers answer by keyboard while the server trains and measures behind them. A wait is measured
in the browser, from the key to the next text. Memory is the server's most (VmHWM) beside that of
the same server on 300 of the texts, against what the texts and their features take. The browsers
are on the same machine and take their share of it.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

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
    """Somebody whose browser notes how long each answer took."""

    def run(self) -> None:
        """Answer, and keep the waits."""
        with browsing() as browser:
            page = opened(browser, self.link)
            page.evaluate(WATCH)
            while len(self.given) < self.count:
                row = wait_until(lambda: shown_id(page))[0]
                self.answer(page, row)
                time.sleep(DOUBLE)
            self.waits = [wait / 1000 for wait in page.evaluate("window.waits")]


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


def served(project: Project, gold: list[str], count: int) -> tuple[list[float], int]:
    """Have two people answer; return their waits in seconds, and the server's most memory."""
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
        memory = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    finally:
        server.kill()
    line = next(line for line in memory.splitlines() if line.startswith("VmHWM"))
    return [wait for person in people for wait in person.waits], int(line.split()[1]) * 1024


def main() -> None:
    """Measure once, and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", help="agnews, shop, ... as in benchmarks/labelling/texts.py")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--labelled", type=int, default=400)
    parser.add_argument("--count", type=int, default=100, help="answers of each person")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small, gold = made(Path(folder) / "small", words.texts, 300, 60)
        _, base = served(small, gold, 5)
        project, gold = made(Path(folder) / "large", words.texts, words.size, words.labelled)
        features = ProjectFeatures.of(project).unscaled
        held = sum(len(text.encode()) for text in project.texts)
        held += len(features) * features.shape[1] * 4
        waits, most = served(project, gold, words.count)
        told = {
            "texts": len(project.texts),
            "answers": len(waits),
            "median": round(float(np.median(waits)), 3),
            "p99": round(float(np.quantile(waits, 0.99)), 3),
            "longest": round(max(waits), 3),
            "over_100_ms": sum(wait > 0.1 for wait in waits),
            "texts_and_features": held,
            "memory": most - base,
            "base": base,
        }
        print(json.dumps(told))


if __name__ == "__main__":
    main()
