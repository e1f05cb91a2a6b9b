"""Labels that are likely wrong: hard to learn, and so in several rounds."""

import pandas as pd

from cartolearn.cartography.regions import REGIONS, regions
from cartolearn.cartography.suspicious import most_suspicious_first
from cartolearn.report.groups import Group
from cartolearn.report.html.texts import Texts
from cartolearn.report.table import Table
from cartolearn.statistics.batches import STATISTICS

FEWEST_MAPS = 2
MOST = 500
HARD = REGIONS.index("hard to learn")


def suspects(group: Group) -> pd.DataFrame:
    """Return the most suspicious rows of a group, worst first, at most 500.

    Over the data maps of all rounds of all runs: rows that at least two maps have in their
    hard-to-learn region without one right prediction, by their mean confidence over all maps,
    lowest first; ties by id.

    Returns:
        Columns ``hard`` (such maps), ``maps`` (with the row), ``confidence`` and ``variability``
        (means over them), indexed by id.
    """
    parts = [pd.DataFrame(columns=["id", "hard", *STATISTICS])]
    for run in group.all_runs:
        for round_ in range(len(run.accuracy)):
            ids, columns = run.map_columns(round_)
            hard = regions(columns["confidence"], columns["variability"]) == HARD
            parts.append(
                pd.DataFrame({"id": ids, "hard": hard & (columns["correctness"] == 0), **columns})
            )
    by_id = pd.concat(parts[1:] or parts).groupby("id")
    found = by_id[["confidence", "variability"]].mean()
    found.insert(0, "hard", by_id.hard.sum())
    found.insert(1, "maps", by_id.size())
    often = found[found.hard >= FEWEST_MAPS]
    order = most_suspicious_first(often.confidence.to_numpy(), often.index.to_numpy())
    return often.iloc[order[:MOST]]


def suspects_table(group: Group, texts: Texts) -> Table:
    """Return them with label and text, where somebody kept it."""
    found = suspects(group)
    columns = (found[name].tolist() for name in ("hard", "maps", "confidence", "variability"))
    return Table(
        name="suspicious_labels",
        title="Most suspicious labels",
        columns=("id", "label", "hard in maps", "of maps", "confidence", "variability", "text"),
        rows=[
            (i, texts.label.get(i, ""), *numbers, texts.text.get(i, ""))
            for i, *numbers in zip(found.index.tolist(), *columns, strict=True)
        ],
        note="Hard to learn and never predicted right in at least two of the data maps with the"
        " text, over all rounds, strategies and seeds; lowest mean confidence first.",
    )
