"""Labels for texts that are not in the project, with probabilities."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import torch

from cartolearn.data.reading.reader import read
from cartolearn.data.table import Table
from cartolearn.files import write_text
from cartolearn.label.model.features import ProjectFeatures, require_two_classes
from cartolearn.label.project.state import State
from cartolearn.spreadsheet import guarded_cell


def predict_file(
    features: ProjectFeatures,
    state: State,
    path: Path,
    text: str,
    out: Path,
    encoding: str | None = None,
) -> tuple[int, int]:
    """Write a CSV with the text, the label, its probability and those of all classes.

    Args:
        features: The project and its features.
        state: Its log, added up.
        path: A table in any format that is read.
        text: Column of the text.
        out: Where to write.
        encoding: Encoding of a text file; told by its bytes if None.

    Returns:
        The number of rows, and how many of them have no text and so no label.

    Raises:
        InputError: The file cannot be read, or there are labels of fewer than two classes.
    """
    require_two_classes(features.project, len(set(state.targets.tolist())), "predict")
    table = read(path, text, None, encoding=encoding)
    trained = features.learner(len(state.classes)).train(state.ids, state.targets, "head")
    others = replace(trained, inputs=features.of_texts(table.texts))
    p = others.probabilities(torch.arange(len(table.texts)))
    _write(out, table, p, state.classes)
    return len(table.texts), sum(not value.strip() for value in table.texts)


def _write(out: Path, table: Table, p: torch.Tensor, classes: list[str]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["text", "label", "probability", *(f"p({name})" for name in classes)])
    for value, row in zip(table.texts, p.tolist(), strict=True):
        if not value.strip():
            writer.writerow([guarded_cell(value), *[""] * (2 + len(classes))])
            continue
        best = max(range(len(row)), key=row.__getitem__)
        cells = [guarded_cell(value), guarded_cell(classes[best]), f"{row[best]:.4f}"]
        writer.writerow([*cells, *(f"{share:.4f}" for share in row)])
    write_text(out, "\ufeff" + text.getvalue())
