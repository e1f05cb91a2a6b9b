"""Pictures of the page to check labels on for the docs, at three widths, of questions of TREC."""

import argparse
import csv
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.browsing import Served, browsing, next_id, opened, serving
from benchmarks.labelling.page_pictures import SIZES
from benchmarks.labelling.texts import answers, load
from cartolearn.commands.audit import main as audit
from cartolearn.label.page.desk import DOUBLE

ROWS, WRONG, CHECKS = 600, 0.1, 11


def made(folder: Path) -> list[str]:
    """Make an audit of questions, a tenth of them labelled wrong; return the keys of the truth."""
    dataset = load("trec")
    rows = dataset.train_ids[:ROWS]
    gold = np.array([dataset.labels[row] for row in rows])
    said = answers(gold, len(dataset.label_names), WRONG, 0)
    file = folder / "questions.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        cells = [(dataset.texts[row], dataset.label_names[k]) for row, k in zip(rows, said)]  # noqa: B905
        csv.writer(stream).writerows([("question", "type"), *cells])
    words = ["--text", "question", "--label", "type", "--source", "model"]
    assert audit(["init", str(file), *words, "--out", str(folder / "audit")]) == 0
    classes = sorted(set(dataset.label_names))
    return [str(classes.index(dataset.label_names[k]) + 1) for k in gold]


def pictures(browser: Any, served: Served, keys: list[str], folder: Path) -> None:
    """Answer some texts, and show the next one at each width."""
    link = served.links[0]
    page = opened(browser, link)
    row = next_id(page)
    for _ in range(CHECKS):
        page.keyboard.press(keys[row])
        row = next_id(page, row)
        page.wait_for_timeout(1000 * DOUBLE)
    for width, size in SIZES.items():
        page = opened(browser, link, size)
        next_id(page)
        page.wait_for_timeout(1500)  # until nothing moves any more
        box = page.locator(".q-card").last.bounding_box()
        shown = {"x": 0, "y": 0, "width": size[0], "height": round(box["y"] + box["height"]) + 24}
        page.screenshot(path=str(folder / f"check_{width}.png"), clip=shown)


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        os.environ["CAL_CACHE_DIR"] = folder
        keys = made(Path(folder))
        project = Path(folder) / "audit"
        with serving("audit", "serve", project, "-n", "40", "--by", "ana") as served:
            pictures(browser, served, keys, words.out)


if __name__ == "__main__":
    main()
