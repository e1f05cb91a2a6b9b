"""The most suspicious labels as a sheet that ``add`` takes back."""

from collections.abc import Sequence

from cartolearn.data.writing.sheet import Sheet
from cartolearn.label.measuring.suspects import Suspects
from cartolearn.label.project.state import State

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


def suspects_sheet(found: Suspects, count: int, state: State, texts: Sequence[str]) -> Sheet:
    """Return the ``count`` most suspicious labels; the right ones are to be filled in."""
    rows = []
    for place, row in enumerate(found.ids[:count].tolist()):
        given = state.labels[row]
        numbers = found.confidence, found.variability, found.correctness
        rows.append(
            [
                row,
                texts[row],
                None,
                given.label,
                given.by,
                state.classes[found.suggested[place]],
                *(round(float(values[place]), 3) for values in numbers),
            ]
        )
    return Sheet(COLUMNS, rows, suggestion="suggested", classes=state.classes)
