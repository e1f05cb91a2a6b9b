"""A small dataset, and vector files written by hand."""

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cartolearn.data.dataset import Dataset

TEXTS = [
    "the cat sat on the mat",
    "The Cat, the cat!",
    "",
    "zyx wvu",
    "the cat sat on the mat",
    "a much longer text about the mat that goes on and on and on",
    "mat",
]
VECTORS = {
    "the": [1.0, 0.5, -2.0],
    "cat": [0.0, 3.0, 0.25],
    "Cat": [9.0, 9.0, 9.0],
    "mat": [-1.0, 0.0, 4.0],
    "on": [0.5, 0.5, 0.5],
    ",": [0.0, 0.0, 1.0],
    "unused": [7.0, 7.0, 7.0],
}


def dataset(texts: Sequence[str] = TEXTS, held_out: int = 2) -> Dataset:
    """Three classes in turn; the last ``held_out`` rows are the test rows."""
    rows = len(texts)
    return Dataset(
        name="small",
        texts=list(texts),
        labels=np.arange(rows) % 3,
        label_names=("a", "b", "c"),
        train_ids=np.arange(rows - held_out),
        test_ids=np.arange(rows - held_out, rows),
    )


def vec_text(vectors: Mapping[str, Sequence[float]] = VECTORS) -> str:
    width = len(next(iter(vectors.values())))
    lines = [f"{word} {' '.join(map(str, values))}" for word, values in vectors.items()]
    return "\n".join([f"{len(vectors)} {width}", *lines]) + "\n"


def write_vec(path: Path, text: str | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = (vec_text() if text is None else text).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
