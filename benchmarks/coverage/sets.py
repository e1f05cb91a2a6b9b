"""The data sets of the study: distinct training texts with their classes, and their embeddings."""

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
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.files import atomic_write

NAMES = (
    "trec",
    "snips",
    "banking77",
    "shop",
    "tweets",
    "rotten_tomatoes",
    "germeval2018",
    "agnews",
)
POOL, TEST = 3000, 1000
MAX_TOKENS = 128


@dataclass(frozen=True, eq=False)
class TextSet:
    """Texts with their classes, the first POOL + TEST of a fixed random order.

    Attributes:
        name: One of NAMES.
        texts: N distinct texts.
        gold: int64 [N], their classes.
        classes: Their names.
    """

    name: str
    texts: list[str]
    gold: NDArray[np.int64]
    classes: list[str]

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.classes)

    def embeddings(self, folder: Path) -> NDArray[np.float32]:
        """Return float32 [N, 384] of the encoder that comes with pip; computed once a folder."""
        path = folder / f"{self.name}.npy"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            ids = np.arange(len(self.texts))
            dataset = Dataset(self.name, self.texts, self.gold * 0, ("none",), ids, ids[:0])
            encoder = SentenceEncoder("installed", None, max_tokens=MAX_TOKENS, batch_size=32)
            with atomic_write(path) as temporary, temporary.open("wb") as stream:
                np.save(stream, encoder.embed(dataset).features)
        found: NDArray[np.float32] = np.load(path)
        return found


def load(name: str, size: int = POOL + TEST) -> TextSet:
    """Read ``size`` texts of a set from the folder that CAL_DATA_DIR names, or from its package."""
    texts, labels = _rows(name)
    first = np.sort(np.unique(np.array(texts, dtype=object).astype(str), return_index=True)[1])
    rows = np.random.default_rng(0).permutation(first)[:size]
    classes, gold = np.unique(np.array(labels)[rows], return_inverse=True)
    return TextSet(name, [texts[row] for row in rows], gold.astype(np.int64), classes.tolist())


def _rows(name: str) -> tuple[list[str], list[str]]:
    folder = os.environ.get("CAL_DATA_DIR", "")
    match name:
        case "trec":
            return _training(Trec(folder, "").load())
        case "agnews":
            return _training(AGNews(folder, "", "title_and_description").load())
        case "rotten_tomatoes":
            return _training(RottenTomatoes(test_share=0.2, split_seed=0).load())
        case "shop" | "tweets":
            return _training(sentences(name))
    with (Path(folder) / name / "train.csv").open(encoding="utf-8", newline="") as stream:
        texts, labels = zip(*list(csv.reader(stream))[1:], strict=True)
    return list(texts), list(labels)


def _training(whole: Dataset) -> tuple[list[str], list[str]]:
    names = [whole.label_names[label] for label in whole.labels]
    rows = whole.train_ids.tolist()
    return [whole.texts[row] for row in rows], [names[row] for row in rows]
