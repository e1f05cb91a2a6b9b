"""Labels for texts that are not in the project, with probabilities."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.data.reading.all_columns import AllColumns
from cartolearn.data.reading.reader import Record, open_texts
from cartolearn.data.writing.sheet import Sheet, free_names
from cartolearn.data.writing.writer import Target, Written, write_sheet
from cartolearn.label.files.on_ray import predicted_on_ray
from cartolearn.launcher.ray_data import RayOptions
from cartolearn.text_models.acceptance import Acceptance
from cartolearn.text_models.text_model import TextModel

DIGITS = 4
BLOCK = 8192  # texts that are looked at together
HERE = RayOptions()

Blocks = Iterable[tuple[list[str], NDArray[np.float64]]]


def predict_file(
    model: TextModel,
    classes: list[str],
    path: Path,
    text: str,
    target: Target,
    encoding: str | None = None,
    accepted: Acceptance | None = None,
    ray: RayOptions = HERE,
) -> tuple[int, int, Written]:
    """Write every column of a file, then the label, its probability and those of all classes.

    Args:
        model: The model.
        classes: The project's classes; one that the model does not know has the probability 0.
        path: A table in any format that is read.
        text: Column of the text.
        target: Where to write, and how.
        encoding: Encoding of a text file; told by its bytes if None.
        accepted: Which labels can be accepted unseen; a column ``accept`` says yes for these.
        ray: Workers that predict, where it names any.

    Returns:
        The number of rows, how many of them have no text and so no label, and what was written.

    Raises:
        InputError: The file cannot be read, another is where to write, or Ray cannot be used.
    """
    counted: Counter[str] = Counter()
    given = AllColumns.of(path, text, encoding)
    records = open_texts(path, text, None, encoding=encoding)
    blocks: Blocks = _blocks(model, records)
    if ray.workers:
        copy = target.path.with_name(f".{target.path.name}.texts.parquet")
        blocks = predicted_on_ray(model, records, copy, BLOCK, ray)
    columns = [classes.index(name) for name in model.classes]
    said = _predicted(blocks, columns, classes, accepted, counted)
    written = write_sheet(target, _with_predictions(given, said, classes, accepted))
    return counted["texts"], counted["empty"], written


def _with_predictions(
    given: AllColumns,
    said: Iterator[list[Any]],
    classes: list[str],
    accepted: Acceptance | None,
) -> Sheet:
    names = ["label", "probability", *(["accept"] if accepted else [])]
    added = free_names([*names, *(f"p({name})" for name in classes)], given.columns)
    return Sheet(
        [*given.columns, *added.values()],
        ([*cells, *added] for cells, added in zip(given.rows(), said, strict=True)),
        text=given.text,
        key=None,
        label=None,
        suggestion=added["label"],
        probability=added["probability"],
        classes=classes,
        added=added,
    )


def _predicted(
    blocks: Blocks,
    columns: list[int],
    classes: list[str],
    accepted: Acceptance | None,
    counted: Counter[str],
) -> Iterator[list[Any]]:
    """Yield the label, its probability and those of all classes; nothing for an empty text."""
    marked = 1 if accepted else 0
    for texts, found in blocks:
        p = np.zeros((len(texts), len(classes)))
        p[:, columns] = found
        yes = accepted.accepts(p.max(axis=1)) if accepted else np.zeros(len(p), dtype=np.bool_)
        counted["texts"] += len(texts)
        for text, row, accept in zip(texts, p.tolist(), yes.tolist(), strict=True):
            if not text.strip():
                counted["empty"] += 1
                yield [None] * (2 + marked + len(classes))
                continue
            best = max(range(len(row)), key=row.__getitem__)
            accept_it = [("yes" if accept else None)] * marked
            yield [classes[best], round(row[best], DIGITS), *accept_it,
                   *(round(share, DIGITS) for share in row)]  # fmt: skip


def _blocks(
    model: TextModel, records: Iterable[Record]
) -> Iterator[tuple[list[str], NDArray[np.float64]]]:
    left = (record.text for record in records)
    while texts := list(islice(left, BLOCK)):
        yield texts, model.predict_proba(texts)
