"""Labels for texts that are not in the project, with probabilities."""

import csv
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cartolearn.data.reading.reader import read
from cartolearn.data.table import Table
from cartolearn.files import write_text
from cartolearn.spreadsheet import guarded_cell
from cartolearn.text_models.acceptance import Acceptance
from cartolearn.text_models.text_model import TextModel


def predict_file(
    model: TextModel,
    classes: list[str],
    path: Path,
    text: str,
    out: Path,
    encoding: str | None = None,
    accepted: Acceptance | None = None,
) -> tuple[int, int]:
    """Write a CSV with the text, the label, its probability and those of all classes.

    Args:
        model: The model.
        classes: The project's classes; one that the model does not know has the probability 0.
        path: A table in any format that is read.
        text: Column of the text.
        out: Where to write.
        encoding: Encoding of a text file; told by its bytes if None.
        accepted: Which labels can be accepted unseen; a column ``accept`` says yes for these.

    Returns:
        The number of rows, and how many of them have no text and so no label.

    Raises:
        InputError: The file cannot be read.
    """
    table = read(path, text, None, encoding=encoding)
    p = np.zeros((len(table.texts), len(classes)))
    p[:, [classes.index(name) for name in model.classes]] = model.predict_proba(table.texts)
    _write(out, table, p, classes, accepted)
    return len(table.texts), sum(not value.strip() for value in table.texts)


def _write(
    out: Path,
    table: Table,
    p: NDArray[np.float64],
    classes: list[str],
    accepted: Acceptance | None,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    marked = ["accept"] if accepted else []
    writer.writerow(["text", "label", "probability", *marked, *(f"p({name})" for name in classes)])
    yes = accepted.accepts(p.max(axis=1)) if accepted else np.zeros(len(p), dtype=np.bool_)
    for value, row, accept in zip(table.texts, p.tolist(), yes.tolist(), strict=True):
        if not value.strip():
            writer.writerow([guarded_cell(value), *[""] * (2 + len(marked) + len(classes))])
            continue
        best = max(range(len(row)), key=row.__getitem__)
        cells = [guarded_cell(value), guarded_cell(classes[best]), f"{row[best]:.4f}"]
        cells += ["yes" if accept else ""] if accepted else []
        writer.writerow([*cells, *(f"{share:.4f}" for share in row)])
    write_text(out, "\ufeff" + text.getvalue())
