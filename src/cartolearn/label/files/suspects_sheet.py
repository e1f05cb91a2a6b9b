"""The most suspicious labels as a sheet that ``add`` takes back."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from cartolearn.files import write_text
from cartolearn.label.measuring.suspects import Suspects
from cartolearn.label.project.state import State
from cartolearn.spreadsheet import guarded_cell

COLUMNS = (
    "id",
    "text",
    "label",
    "given",
    "by",
    "suggested",
    "confidence",
    "variability",
    "correctness",
)


def write_suspects(
    path: Path, found: Suspects, count: int, state: State, texts: Sequence[str]
) -> None:
    """Write the ``count`` most suspicious labels as a sheet that ``add`` takes back."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for place, row in enumerate(found.ids[:count].tolist()):
        given = state.labels[row]
        numbers = found.confidence, found.variability, found.correctness
        writer.writerow(
            [
                row,
                guarded_cell(texts[row]),
                "",
                guarded_cell(given.label),
                guarded_cell(given.by),
                guarded_cell(state.classes[found.suggested[place]]),
                *(f"{values[place]:.3f}" for values in numbers),
            ]
        )
    write_text(path, "\ufeff" + text.getvalue())
