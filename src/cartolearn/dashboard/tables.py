"""Tables of the report command as Markdown for a W&B report."""

import csv
import html
from pathlib import Path

from cartolearn.errors import InputError

SHOWN = {
    "table_2_aso.csv": "Almost Stochastic Order",
    "table_3_threshold.csv": "Correctness threshold",
    "table_4_overlap.csv": "Overlap of the batches",
}


def read_tables(folder: Path) -> list[tuple[str, str]]:
    """Return title and Markdown of the tables in ``folder`` that the report has a place for.

    Raises:
        InputError: There are none, or one cannot be read.
    """
    paths = [path for name in SHOWN for path in sorted(folder.rglob(name))]
    if not paths:
        raise InputError(f"{folder} has none of {', '.join(SHOWN)}; run cartolearn report first")
    return [(_title(path, folder), _markdown(path)) for path in paths]


def _title(path: Path, folder: Path) -> str:
    part = path.parent.relative_to(folder).as_posix()
    return SHOWN[path.name] + (f" ({part})" if part != "." else "")


def _markdown(path: Path) -> str:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            head, *rows = list(csv.reader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {error}; run cartolearn report again") from error
    lines = [head, ["---"] * len(head), *([_shown(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(map(_safe, line))} |" for line in lines)


def _shown(cell: str) -> str:
    """Round a number with a decimal point to three places."""
    try:
        return f"{float(cell):.3f}" if "." in cell else cell
    except ValueError:
        return cell


def _safe(cell: str) -> str:
    return html.escape(cell).replace("|", "\\|").replace("\n", " ")
