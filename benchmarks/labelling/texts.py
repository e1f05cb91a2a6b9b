"""The real texts that the studies label: drawn anew for every seed, a part held out for testing."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.labelling.shop import sentences
from cartolearn.data.agnews import AGNews
from cartolearn.data.dataset import Dataset
from cartolearn.data.rotten_tomatoes import RottenTomatoes
from cartolearn.data.trec import Trec

TEST = 1000


@dataclass(frozen=True)
class Texts:
    """Texts to label and texts to test on, a random part each, with their true labels."""

    classes: list[str]
    texts: list[str]
    gold: list[str]
    test_texts: list[str]
    test_gold: list[str]


def draw(name: str, seed: int, size: int = 4000) -> Texts:
    """Draw up to ``size`` texts of a data set's training rows, and 1,000 others to test on.

    Both come from the same rows, so the accuracy on the second is what a random sample of the
    first estimates.
    """
    dataset = load(name)
    rows = np.random.default_rng(seed).permutation(dataset.train_ids)
    parts = rows[TEST : TEST + size].tolist(), rows[:TEST].tolist()
    texts = [[dataset.texts[row] for row in part] for part in parts]
    gold = [[dataset.label_names[dataset.labels[row]] for row in part] for part in parts]
    return Texts(list(dataset.label_names), texts[0], gold[0], texts[1], gold[1])


def answers(gold: NDArray[np.int64], classes: int, wrong: float, seed: int) -> NDArray[np.int64]:
    """Return what a person answers who errs evenly in a share ``wrong`` of the texts: int64 [N]."""
    random = np.random.default_rng(seed)
    errs = random.random(len(gold)) < wrong
    return np.where(errs, (gold + random.integers(1, classes, len(gold))) % classes, gold)


def load(name: str) -> Dataset:
    """Read a data set from the folder that CAL_DATA_DIR names, or from its package."""
    folder = os.environ.get("CAL_DATA_DIR", "")
    match name:
        case "trec":
            return Trec(folder, "").load()
        case "agnews":
            return AGNews(folder, "", "title_and_description").load()
        case "banking77" | "snips" | "germeval2018":
            return _table(name, Path(folder) / name)
        case "shop":
            return sentences()
    return RottenTomatoes(test_share=0.2, split_seed=0).load()


def _table(name: str, folder: Path) -> Dataset:
    """Read train.csv and test.csv, whose second column is the label; all rows count as training."""
    rows = []
    for part in ("train.csv", "test.csv"):
        with (folder / part).open(encoding="utf-8", newline="") as stream:
            rows += list(csv.reader(stream))[1:]
    names = tuple(sorted({label for _, label in rows}))
    labels = np.array([names.index(label) for _, label in rows])
    ids = np.arange(len(rows))
    return Dataset(name, [text for text, _ in rows], labels, names, ids, ids[:0])
