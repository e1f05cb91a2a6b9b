"""Published accuracies in the table of a fine-tuned encoder, each with its source."""

import csv
from dataclasses import replace
from pathlib import Path

from benchmarks.results.merge import Written

FILE = Path(__file__).parents[1] / "fine_tuned" / "published.csv"
TABLE = "by_labels.csv"
RECIPE = "finetuned_"


def add_published(dataset: str, protocol: str, folder: Path) -> None:
    """Put the published accuracies on a dataset between the rows of the table in ``folder``.

    Their encoders and test rows are others, so nothing is paired with them.
    """
    path = folder / TABLE
    if not protocol.startswith(RECIPE) or not path.is_file():
        return
    table = Written.read(path)
    with FILE.open(newline="", encoding="utf-8") as handle:
        known = [row for row in csv.DictReader(handle) if row["dataset"] == dataset]
    if not known:
        return
    shown = table.lines[0].count(" | ") + 1
    rows, lines = list(table.rows), list(table.lines)
    for one in known:
        cells = {"labels": one["labels"], "strategy": f"published: {one['what']}",
                 "accuracy": one["accuracy"]}  # fmt: skip
        rows.append([cells.get(name, "") for name in table.header])
        line = [cells["labels"], cells["strategy"], "", cells["accuracy"]]
        lines.append(f"| {' | '.join(line + [''] * (shown - len(line)))} |")
    sources = "; ".join(dict.fromkeys(f"{one['what']}: {one['source']}" for one in known))
    note = f"Published, on other encoders and test rows: {sources}."
    joined = replace(table, rows=rows, lines=lines, after=[*table.after, note, ""])
    order = sorted(range(len(rows)), key=lambda place: int(rows[place][0]))
    joined.taken(order).write(path)
